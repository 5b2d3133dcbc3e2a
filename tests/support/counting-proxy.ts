import { once } from 'node:events'
import { createServer, request } from 'node:http'

export type CountingProxy = { url: string; close(): Promise<void> }

/**
 * A server in front of another on this machine.
 * @param onRequest told of the how manieth completion comes, from 1, before it is passed on
 */
export async function startCountingProxy(
  target: string,
  onRequest: (number: number) => void,
): Promise<CountingProxy> {
  let count = 0
  const server = createServer((incoming, outgoing) => {
    if (incoming.method === 'POST') onRequest(++count)
    const { method, headers } = incoming
    const onward = request(new URL(incoming.url ?? '/', target), { method, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers)
      reply.pipe(outgoing)
    })
    onward.on('error', (error) => outgoing.destroy(error))
    incoming.pipe(onward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
