import { useQuery } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { unreadQuery } from '../api/note-queries.ts'
import { alertsQuery } from '../api/queries.ts'
import { Go } from '../design/go.tsx'
import { Icon, type IconName } from '../design/icons.tsx'
import { Dot } from '../design/status.tsx'
import { paths } from '../paths.ts'
import { Brand } from './brand.tsx'
import { ProjectSwitcher } from './project-switcher.tsx'
import classes from './shell.module.css'
import { UserMenu } from './user-menu.tsx'

interface Item {
  label: string
  icon: IconName
  to: string
  count?: number | undefined
}

export function Sidebar(props: { project: string; live: boolean; onNavigate?: () => void }) {
  const { project } = props
  const open = useQuery(alertsQuery(project, 'open'))
  const unread = useQuery(unreadQuery(project))
  const work: readonly Item[] = [
    { label: 'Lines', icon: 'lines', to: paths.lines(project) },
    { label: 'Alerts', icon: 'alerts', to: paths.alerts(project), count: open.data?.alerts.length },
    { label: 'Inbox', icon: 'inbox', to: paths.inbox(project), count: unread.data },
    { label: 'Reports', icon: 'report', to: paths.reports(project) },
  ]
  const parts: readonly Item[] = [
    { label: 'Datasets', icon: 'data', to: paths.datasets(project) },
    { label: 'Experiments', icon: 'folder', to: paths.experiments(project) },
    { label: 'Runs', icon: 'runs', to: paths.runs(project) },
    { label: 'Traces', icon: 'traces', to: paths.traces(project) },
    { label: 'Evaluations', icon: 'evaluations', to: paths.evaluations(project) },
    { label: 'Models', icon: 'models', to: paths.models(project) },
    { label: 'Prompts', icon: 'prompts', to: paths.prompts(project) },
    { label: 'Deployments', icon: 'deployments', to: paths.deployments(project) },
  ]
  const settings: readonly Item[] = [
    { label: 'Members', icon: 'members', to: paths.members(project) },
    { label: 'Tokens', icon: 'tokens', to: paths.tokens(project) },
    { label: 'Webhooks', icon: 'bolt', to: paths.webhooks(project) },
    { label: 'Storage', icon: 'storage', to: paths.storage(project) },
    { label: 'Audit log', icon: 'audit', to: paths.audit(project) },
  ]
  return (
    <>
      <Brand />
      <ProjectSwitcher project={project} />
      <nav className={classes.nav} aria-label="Pages of the project">
        <Items items={work} {...props} />
        <p className={classes.group}>Parts</p>
        <Items items={parts} {...props} />
        <p className={classes.group}>Project</p>
        <Items items={settings} {...props} />
      </nav>
      <div className={classes.foot}>
        <p className={classes.live} role="status">
          <Dot tone={props.live ? 'ok' : 'warn'} />
          {props.live ? 'Live' : 'Reconnecting…'}
        </p>
        <UserMenu />
      </div>
    </>
  )
}

function Items({ items, onNavigate }: { items: readonly Item[]; onNavigate?: () => void }) {
  const here = useLocation({ select: (location) => location.pathname })
  return items.map((item) => (
    <Go
      key={item.to}
      to={item.to}
      className={classes.item}
      current={here === item.to || here.startsWith(`${item.to}/`)}
      {...(onNavigate ? { onClick: onNavigate } : {})}
    >
      <Icon name={item.icon} />
      {item.label}
      {item.count ? <b title={`${item.count} open`}>{item.count}</b> : null}
    </Go>
  ))
}
