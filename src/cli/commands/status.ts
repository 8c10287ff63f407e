import { setTimeout as wait } from 'node:timers/promises'
import { command, type Invocation, type Outcome } from '../command.ts'
import { paint, type Terminal } from '../terminal.ts'
import { showLine, showLines } from './lines.ts'

const everyMs = 1500

/** What `status` shows: one line's loop, or all lines of the project. */
async function look(
  { place: { client, project, url } }: Pick<Invocation, 'place'>,
  line: string,
): Promise<Outcome & { data: unknown }> {
  if (line !== '') {
    const detail = await client.lines.get({ params: { project, line } })
    return { data: detail, show: (terminal) => showLine(terminal, detail) }
  }
  const [{ lines }, me] = await Promise.all([
    client.lines.list({ params: { project } }),
    client.session.get({}),
  ])
  const head = (terminal: Terminal) =>
    paint(terminal, 'dim', `${url}  project ${project}  as ${me.user.name}`)
  return {
    data: { url, project, user: me.user.name, lines },
    show: (terminal) => `${head(terminal)}\n\n${showLines(terminal, lines)}`,
  }
}

export const statusCommands = [
  command({
    name: 'status',
    summary: 'Shows the state of all lines, or the loop of one',
    arguments: [{ name: 'line', summary: 'name of a line', optional: true }],
    options: { watch: { summary: 'Go on showing it until stopped', short: 'w' } },
    examples: ['slipway status', 'slipway status digit-reader --watch'],
    async run(invocation) {
      const { terminal, signal, options } = invocation
      const line = invocation.arguments.line
      while (options.watch && !invocation.json) {
        const seen = await look(invocation, line)
        const text = 'show' in seen ? seen.show(terminal) : ''
        terminal.write(terminal.interactive ? `\u001b[H\u001b[2J${text}` : `${text}\n`)
        await wait(everyMs, undefined, { signal }).catch(() => {})
        if (signal.aborted) return { exit: 0 }
      }
      return look(invocation, line)
    },
  }),
]
