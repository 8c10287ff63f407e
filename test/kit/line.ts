import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { linearModel } from './onnx.ts'
import type { Program } from './program.ts'

/** Always right about the rows of `pairsCsv`. */
export const rightModel = linearModel([
  [1, 0],
  [0, 1],
])
/** Always wrong about them. */
export const wrongModel = linearModel([
  [0, 1],
  [1, 0],
])

/** Rows of two numbers; the label is the place of the greater one. */
export function pairsCsv(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const [a, b] = [(i * 7) % 10, (i * 3 + 5) % 11 === (i * 7) % 10 ? 10.5 : (i * 3 + 5) % 11]
    return `row-${i},${a},${b},${a > b ? 0 : 1}`
  })
  return ['id,a,b,label', ...lines, ''].join('\n')
}

export interface SmallLine {
  readonly name: string
  /** The training command. */
  readonly run: string
  /** Further keys of slipway.yaml below `train:`, each a line. */
  readonly train?: readonly string[]
  /** Further top-level sections of slipway.yaml. */
  readonly sections?: string
  readonly files?: Readonly<Record<string, string | Uint8Array>>
}

/** Writes a line whose command copies or breaks what a training would make, so that no Python is needed. */
export async function writeLine(directory: string, line: SmallLine): Promise<string> {
  await mkdir(directory, { recursive: true })
  for (const [name, content] of Object.entries({ 'right.onnx': rightModel, ...line.files })) {
    await writeFile(join(directory, name), content)
  }
  const yaml = [
    'version: 1',
    `line: ${line.name}`,
    'owner: tests',
    'data:',
    '  train: { dataset: pairs, label: label, id: id, format: csv }',
    'train:',
    `  run: ${JSON.stringify(line.run)}`,
    ...(line.train ?? []).map((text) => `  ${text}`),
    line.sections ?? '',
  ].join('\n')
  await writeFile(join(directory, 'slipway.yaml'), yaml)
  return directory
}

export async function uploadPairs(program: Program, rows: number): Promise<void> {
  await program.client.datasetVersions.upload({
    params: { project: 'default', dataset: 'pairs' },
    query: { mode: 'replace', filename: `pairs-${rows}.csv` },
    body: Buffer.from(pairsCsv(rows)),
    type: 'text/csv',
  })
}
