import { type Static, Type } from 'typebox'
import { endpoint } from '../base/endpoint.ts'
import { Id, ProjectPath, Time } from './names.ts'

/** Which page a view is of, for example `runs` or `compare`. */
export const PageName = Type.String({ pattern: '^[a-z][a-z-]{0,39}$' })
/** What the page keeps there: filter, order, columns, charts. At most 64 KiB as JSON. */
export const ViewState = Type.Record(Type.String(), Type.Unknown())

/** How someone likes to look at a page, kept under a name. */
export const View = Type.Object({
  id: Id,
  page: PageName,
  name: Type.String(),
  state: ViewState,
  shared: Type.Boolean({ description: 'Seen by every member of the project.' }),
  owner: Type.String(),
  own: Type.Boolean({ description: 'Whether the caller made it, and so may change it.' }),
  updated_at: Time,
})
export type View = Static<typeof View>

const ViewName = Type.String({ minLength: 1, maxLength: 100 })
const ViewPath = Type.Object({ ...ProjectPath.properties, view: Id })

export const views = {
  list: endpoint({
    id: 'views.list',
    method: 'GET',
    path: '/projects/:project/views',
    summary: "The caller's own views and those that others share, by name.",
    params: ProjectPath,
    query: Type.Object({ page: Type.Optional(PageName) }),
    reply: Type.Object({ views: Type.Array(View) }),
  }),
  create: endpoint({
    id: 'views.create',
    method: 'POST',
    path: '/projects/:project/views',
    summary: 'Saves how a page looks now under a name.',
    params: ProjectPath,
    body: Type.Object({
      page: PageName,
      name: ViewName,
      state: ViewState,
      shared: Type.Optional(Type.Boolean({ default: false })),
    }),
    reply: View,
  }),
  update: endpoint({
    id: 'views.update',
    method: 'PATCH',
    path: '/projects/:project/views/:view',
    summary: 'Renames, refills, shares or unshares a view of the caller.',
    params: ViewPath,
    body: Type.Object({
      name: Type.Optional(ViewName),
      state: Type.Optional(ViewState),
      shared: Type.Optional(Type.Boolean()),
    }),
    reply: View,
  }),
  delete: endpoint({
    id: 'views.delete',
    method: 'DELETE',
    path: '/projects/:project/views/:view',
    summary: 'Deletes a view of the caller; admins of the project delete any that is shared.',
    params: ViewPath,
    reply: Type.Object({}),
  }),
}
