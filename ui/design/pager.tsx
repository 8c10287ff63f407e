import design from './design.module.css'
import { Go } from './go.tsx'

/** To the next page of a list that the server cuts by cursor, and back to its beginning. */
export function Pager(props: { to: string; search: Record<string, unknown>; next: string | undefined }) {
  const { cursor, ...rest } = props.search
  if (cursor === undefined && props.next === undefined) return null
  return (
    <nav aria-label="Pages" style={{ display: 'flex', gap: 16, justifyContent: 'flex-end', fontSize: 13 }}>
      {cursor === undefined ? null : (
        <Go to={props.to} search={rest} className={design.link}>
          To the beginning
        </Go>
      )}
      {props.next === undefined ? null : (
        <Go to={props.to} search={{ ...rest, cursor: props.next }} className={design.link}>
          Older
        </Go>
      )}
    </nav>
  )
}
