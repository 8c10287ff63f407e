// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are control characters.
const escapes = /\u001b\[[0-9;?]*[ -/]*[@-~]/g

/** A log as text: without terminal colours; of a line that was overwritten by carriage returns, its last state. */
export function plain(text: string): string {
  return text
    .replace(escapes, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.slice(line.replace(/\r+$/, '').lastIndexOf('\r') + 1))
    .join('\n')
}
