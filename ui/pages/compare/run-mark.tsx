import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { paths } from '../../paths.ts'

/** What stands for a run in a picture: it can be pointed at, reached by the keyboard, and leads to the run. */
export function RunMark(props: {
  project: string
  run: string
  label: string
  onPoint: (pointed: boolean) => void
  children: ReactNode
}) {
  const { onPoint } = props
  return (
    <Link
      to={paths.run(props.project, props.run)}
      aria-label={props.label}
      onPointerEnter={() => onPoint(true)}
      onPointerLeave={() => onPoint(false)}
      onFocus={() => onPoint(true)}
      onBlur={() => onPoint(false)}
    >
      {props.children}
    </Link>
  )
}
