import type { Deployment } from '../../../src/contract/deployments.ts'
import { revisionColour } from '../../design/chart/series.ts'
import classes from './serving.module.css'

/** The share of traffic of each revision, as one bar. */
export function Weights({
  deployment,
}: {
  deployment: Pick<Deployment, 'weights'> & { revisions?: Deployment['revisions'] }
}) {
  const shares = deployment.weights.filter((each) => each.weight > 0)
  if (shares.length === 0) return null
  const modelOf = (revision: number) => deployment.revisions?.find((each) => each.number === revision)?.model
  return (
    <ul className={classes.weights} aria-label="Share of traffic by revision">
      {shares.map((each) => {
        const model = modelOf(each.revision)
        return (
          <li
            key={each.revision}
            style={
              {
                flexGrow: each.weight,
                '--tint': `var(${revisionColour(each.revision)})`,
              } as React.CSSProperties
            }
          >
            <b>{each.weight} %</b> revision {each.revision}
            {model ? <small> · version {model.version}</small> : null}
          </li>
        )
      })}
    </ul>
  )
}
