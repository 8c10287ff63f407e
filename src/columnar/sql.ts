import type { ColumnarRequest } from './columnar.ts'

/** A string as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** A name as a quoted SQL identifier. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Puts the paths of a request in the places of `{{name}}`: one as a literal, several as a list of literals. */
export function withPaths(statement: string, request: Pick<ColumnarRequest, 'files' | 'writes'>): string {
  const paths: Record<string, string | readonly string[]> = { ...request.files, ...request.writes }
  return statement.replaceAll(/\{\{(\w+)\}\}/g, (_whole, name: string) => {
    const path = paths[name]
    if (path === undefined)
      throw new Error(`The statement names a file "${name}" that the request does not have.`)
    return typeof path === 'string' ? literal(path) : `[${path.map(literal).join(', ')}]`
  })
}

/** Every path of a request. */
export function pathsOf(request: Pick<ColumnarRequest, 'files' | 'writes'>): string[] {
  return [...Object.values(request.files ?? {}).flat(), ...Object.values(request.writes ?? {})]
}
