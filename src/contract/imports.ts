import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { DigestText, Id, PageQuery, ProjectPath, Time } from './names.ts'
import { ImportRecord } from './records.ts'

export const Import = Type.Object({
  id: Id,
  source: Type.String({ description: 'What is copied, without credentials.' }),
  created_at: Time,
  created_by: Type.String(),
  updated_at: Time,
  items: Type.Integer({ description: 'Things copied so far.' }),
})
export type Import = Static<typeof Import>

/** A thing that was copied: what it was called there and here, and the digest of what the source said of it. */
export const ImportItem = Type.Object({
  kind: Type.String(),
  source_id: Type.String(),
  target_id: Type.String(),
  digest: Type.String(),
})
export type ImportItem = Static<typeof ImportItem>

const ImportPath = Type.Object({ ...ProjectPath.properties, import: Id })
/** Whose file it is: of a run or of a logged model, by its id. */
const Owner = {
  owner: Type.Union([Type.Literal('run'), Type.Literal('logged_model')]),
  id: Type.String({ minLength: 1, maxLength: 64 }),
}
const ImportedFile = Type.Object({ path: Type.String(), digest: DigestText, size: Type.Integer() })
const Next = Type.Optional(Type.String())

/** Copying what was tracked elsewhere, with its ids and times. Everything may be sent again: nothing doubles. */
export const imports = {
  list: endpoint({
    id: 'imports.list',
    method: 'GET',
    path: '/projects/:project/imports',
    summary: 'Lists imports, newest first.',
    params: ProjectPath,
    reply: Type.Object({ imports: Type.Array(Import) }),
  }),
  begin: endpoint({
    id: 'imports.begin',
    method: 'POST',
    path: '/projects/:project/imports',
    summary: 'Begins to import from a source, or goes on with it.',
    params: ProjectPath,
    body: Type.Object({ source: Type.String({ minLength: 1, maxLength: 1000 }) }),
    reply: Import,
  }),
  items: endpoint({
    id: 'imports.items',
    method: 'GET',
    path: '/projects/:project/imports/:import/items',
    summary: 'Lists what was copied.',
    params: ImportPath,
    query: Type.Object(PageQuery),
    reply: Type.Object({ items: Type.Array(ImportItem), next: Next }),
  }),
  write: endpoint({
    id: 'imports.write',
    method: 'POST',
    path: '/projects/:project/imports/:import/records',
    summary: 'Writes records: creates what is new, and brings what is there to the state of the source.',
    params: ImportPath,
    body: Type.Object({ records: Type.Array(ImportRecord, { minItems: 1, maxItems: 1000 }) }),
    reply: Type.Object({
      targets: Type.Array(Type.String(), { description: 'For each record, what the thing is called here.' }),
    }),
  }),
  files: endpoint({
    id: 'imports.files',
    method: 'GET',
    path: '/projects/:project/imports/:import/files',
    summary: 'Lists the files that a run or logged model has.',
    params: ImportPath,
    query: Type.Object(Owner),
    reply: Type.Object({ files: Type.Array(ImportedFile) }),
  }),
  upload: endpoint({
    id: 'imports.upload',
    method: 'PUT',
    path: '/projects/:project/imports/:import/files',
    summary: 'Takes in one file of a run or logged model.',
    params: ImportPath,
    query: Type.Object({ ...Owner, path: Type.String({ minLength: 1, maxLength: 2048 }) }),
    upload: true,
    reply: ImportedFile,
  }),
}
