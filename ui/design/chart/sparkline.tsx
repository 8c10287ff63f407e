/** A line without axes, for the rows of tables; the number it ends with stands beside it. */
export function Sparkline(props: {
  values: readonly number[]
  label: string
  colour?: string
  width?: number
  height?: number
}) {
  const { values, width = 96, height = 24 } = props
  if (values.length < 2) return null
  const low = Math.min(...values)
  const span = Math.max(...values) - low || 1
  const points = values.map(
    (value, index) =>
      `${((index / (values.length - 1)) * (width - 4) + 2).toFixed(1)},${(height - 3 - ((value - low) / span) * (height - 6)).toFixed(1)}`,
  )
  return (
    <svg width={width} height={height} role="img" aria-label={props.label} style={{ display: 'block' }}>
      <polyline
        points={points.join(' ')}
        fill="none"
        stroke={`var(${props.colour ?? '--series-1'})`}
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  )
}
