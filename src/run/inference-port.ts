import { readFileSync, writeFileSync } from 'node:fs'

/** The port that a home's model server had last, so that its address stays when nobody chose one. */
export function keptPort(file: string): number | undefined {
  try {
    const port = Number(readFileSync(file, 'utf8'))
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined
  } catch {
    return undefined
  }
}

export function keepPort(file: string, address: string): void {
  try {
    writeFileSync(file, new URL(address).port)
  } catch {
    // as on a full disk: the next start takes another port
  }
}
