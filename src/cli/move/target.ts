import { Readable } from 'node:stream'
import type { Client } from '../../client/client.ts'
import type { ImportRecord } from '../../contract/records.ts'
import type { SourceFile } from './source.ts'

export type Owner = { readonly owner: 'run' | 'logged_model'; readonly id: string }

/** Characters of JSON that one request carries at most; the API takes 2 MiB. */
const mostCharacters = 1_000_000

/** The platform that takes an import in. */
export async function openTarget(client: Client, project: string, source: string) {
  const begun = await client.imports.begin({ params: { project }, body: { source } })
  const params = { project, import: begun.id }

  /** In as many requests as their size asks for; answers what each thing is called there. */
  async function write(records: readonly ImportRecord[]): Promise<string[]> {
    const targets: string[] = []
    for (const part of parts(records)) {
      targets.push(...(await client.imports.write({ params, body: { records: part } })).targets)
    }
    return targets
  }

  /** Digests of what was copied before, by kind and id; ids of experiments here. */
  async function copied() {
    const digests = new Map<string, string>()
    const experiments = new Map<string, string>()
    let cursor: string | undefined
    do {
      const query = { limit: 1000, ...(cursor === undefined ? {} : { cursor }) }
      const page = await client.imports.items({ params, query })
      for (const { kind, source_id, target_id, digest } of page.items) {
        if (kind === 'experiment') experiments.set(source_id, target_id)
        else digests.set(`${kind} ${source_id}`, digest)
      }
      cursor = page.next
    } while (cursor !== undefined)
    return { digests, experiments }
  }

  async function files(of: Owner) {
    const { files } = await client.imports.files({ params, query: of })
    return new Map(files.map((file) => [file.path, file]))
  }

  async function upload(of: Owner, file: SourceFile) {
    const body = Readable.toWeb(await file.open()) as ReadableStream<Uint8Array>
    return await client.imports.upload({ params, query: { ...of, path: file.path }, body })
  }

  return { write, copied, files, upload }
}

export type Target = Awaited<ReturnType<typeof openTarget>>

/** Records in requests of bearable size; the parameters and tags of a run that is too large come in several. */
function* parts(records: readonly ImportRecord[]): Generator<ImportRecord[]> {
  let part: ImportRecord[] = []
  let size = 0
  for (const record of records.flatMap(pieces)) {
    const length = JSON.stringify(record).length
    if (part.length > 0 && (size + length > mostCharacters || part.length === 1000)) {
      yield part
      part = []
      size = 0
    }
    part.push(record)
    size += length
  }
  if (part.length > 0) yield part
}

function pieces(record: ImportRecord): ImportRecord[] {
  if (record.kind !== 'run' || JSON.stringify(record).length <= mostCharacters) return [record]
  const slices = (texts: Record<string, string>) => {
    const entries = Object.entries(texts)
    return Array.from({ length: Math.ceil(entries.length / 100) }, (_, at) =>
      Object.fromEntries(entries.slice(at * 100, at * 100 + 100)),
    )
  }
  const bare = { ...record, params: {}, tags: {}, datasets: [] }
  return [
    ...slices(record.params).map((params) => ({ ...bare, params })),
    ...record.datasets.map((dataset) => ({ ...bare, datasets: [dataset] })),
    ...slices(record.tags).map((tags) => ({ ...bare, tags })),
  ]
}
