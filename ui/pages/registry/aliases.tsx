import { Tag } from '../../design/status.tsx'

export function Aliases({ aliases }: { aliases: readonly string[] }) {
  if (aliases.length === 0) return <>–</>
  return (
    <span style={{ display: 'inline-flex', flexWrap: 'wrap', gap: 4 }}>
      {aliases.map((alias) => (
        <Tag key={alias}>{alias}</Tag>
      ))}
    </span>
  )
}
