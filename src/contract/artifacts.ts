import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { SchemaColumn } from './data.ts'
import { DigestText, ProjectPath, Time } from './names.ts'

/** Whose files: `runs/<run>`, `logged-models/<model>` or `models/<name>/<version>`. */
export const FileOwner = Type.String({
  maxLength: 600,
  pattern: '^(runs/[0-9a-f]{32}|logged-models/m-[0-9a-f]{32}|models/[^/]{1,256}/[^/]{1,250})$',
  description: '`runs/<run>`, `logged-models/<model>` or `models/<name>/<version>`.',
})

export const ArtifactEntry = Type.Object({
  /** From the root of the owner's files, with `/`. */
  path: Type.String(),
  directory: Type.Boolean(),
  size: Type.Union([Type.Integer(), Type.Null()]),
  /** SHA-256; null of a directory, and of a file that a client wrote below the artifact root itself. */
  digest: Type.Union([DigestText, Type.Null()]),
})
export type ArtifactEntry = Static<typeof ArtifactEntry>

const About = { path: Type.String(), size: Type.Integer(), media_type: Type.String() }

/** What a page can show of a file without downloading all of it. */
export const Preview = Type.Union([
  Type.Object({
    ...About,
    kind: Type.Literal('text'),
    /** Decoded as UTF-8 from `offset`; invalid bytes are U+FFFD. */
    text: Type.String(),
    offset: Type.Integer(),
    /** Where to read on, in bytes; null at the end of the file. */
    next_offset: Type.Union([Type.Integer(), Type.Null()]),
    /** For highlighting: `json`, `yaml`, `python`, `markdown`, `text`… */
    language: Type.String(),
  }),
  Type.Object({
    ...About,
    kind: Type.Literal('table'),
    columns: Type.Array(SchemaColumn),
    rows: Type.Array(Type.Array(Type.Unknown(), { description: 'Values in the order of columns.' })),
    offset: Type.Integer({ description: 'The first row shown.' }),
    total: Type.Union([Type.Integer(), Type.Null()], { description: 'Rows of the file, when known.' }),
  }),
  Type.Object(
    { ...About, kind: Type.Literal('image') },
    { description: 'Show `artifacts.content` with `inline`.' },
  ),
  Type.Object(
    { ...About, kind: Type.Literal('html') },
    {
      description:
        'Show `artifacts.content` with `inline` in a frame: its answer carries a sandbox of its own.',
    },
  ),
  Type.Object({ ...About, kind: Type.Literal('none'), reason: Type.String() }),
])
export type Preview = Static<typeof Preview>

const FilePath = Type.String({ minLength: 1, maxLength: 2048 })
const OneFile = { of: FileOwner, path: FilePath }

/** One file whose bytes were read again and hashed. */
export const Verified = Type.Object({
  path: Type.String(),
  digest: Type.Union([DigestText, Type.Null()]),
  size: Type.Integer(),
  state: Type.Union(
    [Type.Literal('ok'), Type.Literal('missing'), Type.Literal('corrupt'), Type.Literal('unrecorded')],
    {
      description: '`unrecorded`: written below the artifact root by a client, so that no digest is known.',
    },
  ),
})
export type Verified = Static<typeof Verified>

export const artifacts = {
  list: endpoint({
    id: 'artifacts.list',
    method: 'GET',
    path: '/projects/:project/artifacts',
    summary: 'The files and directories in one directory of a run, logged model or model version.',
    params: ProjectPath,
    query: Type.Object({ of: FileOwner, path: Type.Optional(Type.String({ maxLength: 2048 })) }),
    reply: Type.Object({ artifacts: Type.Array(ArtifactEntry) }),
  }),
  preview: endpoint({
    id: 'artifacts.preview',
    method: 'GET',
    path: '/projects/:project/artifacts/preview',
    summary: 'The beginning (or any part) of a file in a form that can be shown.',
    params: ProjectPath,
    query: Type.Object({
      ...OneFile,
      offset: Type.Optional(
        Type.Integer({ minimum: 0, default: 0, description: 'In bytes of text, or rows of a table.' }),
      ),
      limit: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 1_048_576,
          description: 'Bytes of text (default 65536), or rows of a table (default 100, at most 1000).',
        }),
      ),
      as: Type.Optional(
        Type.Union([Type.Literal('text'), Type.Literal('table')], {
          description: 'Shows HTML or CSV as text; default: what the name says.',
        }),
      ),
    }),
    reply: Preview,
  }),
  content: endpoint({
    id: 'artifacts.content',
    method: 'GET',
    path: '/projects/:project/artifacts/content',
    summary: 'The bytes of one file, or the range of them that the header Range names.',
    params: ProjectPath,
    query: Type.Object({
      ...OneFile,
      inline: Type.Optional(
        Type.Boolean({ description: 'To be shown, not saved: images and sandboxed HTML for our own pages.' }),
      ),
    }),
    reply: Type.Unknown(),
    download: true,
  }),
  upload: endpoint({
    id: 'artifacts.upload',
    method: 'PUT',
    path: '/projects/:project/artifacts/content',
    summary: 'Stores one file of a run or logged model, sent as the body.',
    params: ProjectPath,
    query: Type.Object({
      ...OneFile,
      /** SHA-256 that the bytes must have. */
      digest: Type.Optional(DigestText),
    }),
    upload: true,
    reply: Type.Object({ path: Type.String(), digest: DigestText, size: Type.Integer() }),
  }),
  delete: endpoint({
    id: 'artifacts.delete',
    method: 'DELETE',
    path: '/projects/:project/artifacts/content',
    summary: 'Removes a file of a run or logged model, or all below a directory.',
    params: ProjectPath,
    query: Type.Object(OneFile),
    reply: Type.Object({ removed: Type.Integer() }),
  }),
  verify: endpoint({
    id: 'artifacts.verify',
    method: 'POST',
    path: '/projects/:project/artifacts/verify',
    summary: 'Reads files again and compares them with their digests.',
    params: ProjectPath,
    body: Type.Object({ of: FileOwner, path: Type.Optional(Type.String({ maxLength: 2048 })) }),
    reply: Type.Object({ files: Type.Array(Verified), bytes: Type.Integer(), at: Time }),
  }),
}
