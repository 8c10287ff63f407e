import { Notice } from '../../design/notice.tsx'

/** What the server says of a filter that it can't read. */
export function FailureNotice({ error }: { error: Error }) {
  return <Notice tone="bad">{error.message}</Notice>
}
