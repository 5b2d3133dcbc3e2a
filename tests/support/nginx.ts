import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { ROOT } from './program.ts'
import { waitUntil } from './wait-until.ts'

const found = (name: string): string | null =>
  [`/usr/sbin/${name}`, `/usr/bin/${name}`].find((path) => spawnSync(path, ['-v']).error === undefined) ??
  null

const nginx = found('nginx')
const openssl = found('openssl')

export const nginxInstalled = nginx !== null && openssl !== null
if (!nginxInstalled)
  process.stderr.write('Tests of the reverse proxy are skipped: they need nginx and openssl\n')

export type Nginx = {
  /** https://localhost:PORT */
  url: string
  /** The address that sends on to `url`. */
  plainUrl: string
  /** File of the certificate that vouches for `url`. */
  certificate: string
  close(): Promise<void>
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** The text with each part replaced; fails when one is not there, so that the file and its test stay together. */
function replaced(text: string, parts: Record<string, string>): string {
  return Object.entries(parts).reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`there is no “${from}” in the configuration`)
    return result.replaceAll(from, to)
  }, text)
}

function makeCertificate(folder: string) {
  const [key, certificate] = [`${folder}/key.pem`, `${folder}/certificate.pem`]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const args = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-keyout',
    key,
    '-out',
    certificate,
  ]
  const made = spawnSync(openssl ?? 'openssl', [...args, ...subject], { encoding: 'utf8' })
  if (made.status !== 0) throw new Error(made.stderr)
  return { key, certificate }
}

/** Only what the system's nginx.conf says around a file of conf.d, kept within the folder. */
function mainConfiguration(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ')
  return `daemon off; pid ${folder}/nginx.pid; error_log stderr;
events {}
http { access_log off; ${temporary} include ${folder}/llm-loadtest.conf; }
`
}

function exited(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.once('close', () => resolve()))
}

/** Runs deploy/nginx/llm-loadtest.conf before a control plane, with ports, name and certificate of its own. */
export async function startNginx(folder: string, upstreamUrl: string): Promise<Nginx> {
  mkdirSync(folder)
  const { key, certificate } = makeCertificate(folder)
  const [plain, tls] = [await freePort(), await freePort()]
  const configuration = replaced(readFileSync(`${ROOT}deploy/nginx/llm-loadtest.conf`, 'utf8'), {
    'listen 80;': `listen 127.0.0.1:${plain};`,
    'listen 443 ssl http2;': `listen 127.0.0.1:${tls} ssl http2;`,
    'https://$host$request_uri': `https://$host:${tls}$request_uri`,
    'server_name loadtest.example.com;': 'server_name localhost;',
    '/etc/letsencrypt/live/loadtest.example.com/fullchain.pem': certificate,
    '/etc/letsencrypt/live/loadtest.example.com/privkey.pem': key,
    'http://127.0.0.1:8787': upstreamUrl,
  })
  writeFileSync(`${folder}/llm-loadtest.conf`, configuration)
  writeFileSync(`${folder}/nginx.conf`, mainConfiguration(folder))
  const args = ['-p', folder, '-c', `${folder}/nginx.conf`]
  const child = spawn(nginx ?? 'nginx', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk
  })
  const gone = exited(child)
  const plainUrl = `http://localhost:${plain}`
  await waitUntil('nginx', async () => {
    if (child.exitCode !== null) throw new Error(`nginx ended: ${complaints}`)
    return fetch(plainUrl, { redirect: 'manual' }).then(
      () => true,
      () => false,
    )
  })
  const close = async () => {
    child.kill('SIGQUIT')
    await gone
  }
  return { url: `https://localhost:${tls}`, plainUrl, certificate, close }
}
