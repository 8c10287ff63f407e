import { type Curve, cssColour } from './curve.ts'
import classes from './curves.module.css'

/** Which curve is which. A click hides one or shows it again; a double click leaves it alone on the chart. */
export function CurvesLegend(props: {
  curves: readonly Curve[]
  hidden: ReadonlySet<string>
  onHide: (hidden: ReadonlySet<string>) => void
  onPoint: (id: string | undefined) => void
  current: string | undefined
}) {
  const { curves, hidden, onHide } = props
  const toggle = (id: string) => {
    const next = new Set(hidden)
    if (!next.delete(id)) next.add(id)
    onHide(next)
  }
  return (
    <div className={classes.legend}>
      <ul>
        {curves.map((curve) => (
          <li key={curve.id}>
            <button
              type="button"
              aria-pressed={!hidden.has(curve.id)}
              data-current={curve.id === props.current}
              title={curve.label}
              onClick={() => toggle(curve.id)}
              onDoubleClick={() =>
                onHide(new Set(curves.map((each) => each.id).filter((id) => id !== curve.id)))
              }
              onMouseEnter={() => props.onPoint(curve.id)}
              onMouseLeave={() => props.onPoint(undefined)}
            >
              <span className={classes.swatch} style={{ background: cssColour(curve.colour) }} />
              {curve.label}
            </button>
          </li>
        ))}
      </ul>
      {hidden.size > 0 ? (
        <button type="button" className={classes.all} onClick={() => onHide(new Set())}>
          Show all {curves.length}
        </button>
      ) : null}
    </div>
  )
}
