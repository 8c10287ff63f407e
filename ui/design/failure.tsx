import { Button } from '@mantine/core'
import { ApiError } from '../api/client.ts'
import classes from './design.module.css'

/** What went wrong and what to do about it, in the platform's own words. */
export function Failure({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const known = error instanceof ApiError
  return (
    <div className={classes.failure} role="alert">
      <strong>{error instanceof Error ? error.message : String(error)}</strong>
      <p>
        {known
          ? error.remedy
          : 'This is a fault of the page. Reload it; if it comes again, report it with what you did.'}
      </p>
      {known ? <code>{error.code}</code> : null}
      {retry ? (
        <Button mt={8} display="block" variant="default" onClick={retry}>
          Try again
        </Button>
      ) : null}
    </div>
  )
}
