import type { LineDetail } from '../../../src/contract/lines.ts'
import { Dot } from '../../design/status.tsx'
import { Ago } from '../../design/time.tsx'
import { capitalized, toneOf, words } from '../../design/tones.ts'
import { namedMetric } from '../../format/number.ts'
import classes from './lines.module.css'

/** What the loop is turning around: the model that serves, how good it is, and the last thing that was decided. */
export function Middle({ line }: { line: LineDetail }) {
  const { performance, model } = line
  return (
    <div className={classes.middle}>
      <Figure value={model ? `v${model.version}` : '–'} name="serving" />
      {performance ? (
        <Figure value={namedMetric(performance.metric, performance.value)} name={words(performance.metric)} />
      ) : null}
      <div className={classes.say}>
        <h2>
          <Dot tone={toneOf(line.health)} />
          {line.health_reason}
        </h2>
        {line.last_decision ? (
          <>
            <p>{capitalized(line.last_decision.sentence)}</p>
            <Ago at={line.last_decision.at} />
          </>
        ) : null}
      </div>
    </div>
  )
}

function Figure({ value, name }: { value: string; name: string }) {
  return (
    <div className={classes.figure}>
      <strong>{value}</strong>
      <span>{name}</span>
    </div>
  )
}
