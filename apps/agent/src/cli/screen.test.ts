import { expect, it } from 'vitest'
import { Screen, type ScreenStream } from './screen.ts'

function stream(kind: Omit<ScreenStream, 'write'>) {
  const written: string[] = []
  return { written, stream: { ...kind, write: (text: string) => written.push(text) } }
}

it('writes one text below the other where there is no terminal', () => {
  const { written, stream: file } = stream({})
  const screen = new Screen(file)
  screen.show('a\nb')
  screen.show('c')
  expect(written).toEqual(['a\nb\n', 'c\n'])
})

it('goes back over what it has drawn, and clears what is left of it', () => {
  const { written, stream: terminal } = stream({ isTTY: true })
  const screen = new Screen(terminal)
  screen.show('a\nb')
  screen.show('c')
  expect(written).toEqual(['\x1b[2Ka\n\x1b[2Kb\n\x1b[0J', '\x1b[2A\x1b[2Kc\n\x1b[0J'])
})

it('cuts what would wrap or scroll', () => {
  const { written, stream: terminal } = stream({ isTTY: true, columns: 4, rows: 3 })
  new Screen(terminal).show('12345\n12\n3')
  expect(written).toEqual(['\x1b[2K123\n\x1b[2K12\n\x1b[0J'])
})
