import { useQueryClient } from '@tanstack/react-query'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { messageOf } from '../../src/base/error.ts'
import { isStatus } from '../api/query-client.ts'
import { Empty } from '../design/empty.tsx'
import { Failure } from '../design/failure.tsx'
import { TextLink } from '../design/go.tsx'
import { Page } from '../design/page.tsx'
import { paths } from '../paths.ts'

/** A page that could not be shown, and why. */
export function Trouble({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const queries = useQueryClient()
  if (isStatus(error, 404)) return <Missing>{messageOf(error)}</Missing>
  const again = () => {
    reset()
    queries.resetQueries().finally(() => router.invalidate())
  }
  return (
    <Page title="This page could not be loaded">
      <Failure error={error} retry={again} />
    </Page>
  )
}

export function NotFound() {
  return <Missing>It may have been deleted or renamed.</Missing>
}

function Missing({ children }: { children: string }) {
  return (
    <Page title="Not found">
      <Empty icon="search" title="There is nothing at this address">
        {children} <TextLink to={paths.home()}>Go to the overview</TextLink>
      </Empty>
    </Page>
  )
}
