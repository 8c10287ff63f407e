import classes from './design.module.css'

/** The outline of a page while its first data is on the way. */
export function Loading() {
  return (
    <div className={classes.page} role="status" aria-busy="true" aria-label="Loading">
      <div className={classes.skeleton} style={{ height: 30, width: 'min(320px, 60%)' }} />
      <div className={classes.skeleton} style={{ height: 180 }} />
      <div className={classes.skeleton} style={{ height: 320 }} />
    </div>
  )
}
