import { base } from '../api/client.ts'
import { Go } from '../design/go.tsx'
import { paths } from '../paths.ts'
import classes from './shell.module.css'

export function Brand() {
  return (
    <Go to={paths.home()} className={classes.brand}>
      <img src={`${base}icon.svg`} alt="" />
      Slipway
    </Go>
  )
}
