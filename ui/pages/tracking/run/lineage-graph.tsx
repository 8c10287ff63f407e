import '@xyflow/react/dist/base.css'
import { graphlib, layout } from '@dagrejs/dagre'
import { useComputedColorScheme } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Background, type Edge, Handle, MarkerType, type Node, Position, ReactFlow } from '@xyflow/react'
import { useMemo } from 'react'
import { Icon, type IconName } from '../../../design/icons.tsx'
import classes from './lineage.module.css'
import type { Lineage, LineageKind, LineageNode } from './lineage.ts'

const size = { width: 210, height: 58 }
const icons: Readonly<Record<LineageKind, IconName>> = {
  dataset: 'data',
  code: 'file',
  run: 'runs',
  model: 'models',
  version: 'tokens',
  deployment: 'deployments',
}
type CardNode = Node<{ node: LineageNode; open: (node: LineageNode) => void }, 'card'>

/** The picture of a lineage. Each card is a stop of the keyboard; Enter opens it. */
export function LineageGraph({ lineage }: { lineage: Lineage }) {
  const navigate = useNavigate()
  const scheme = useComputedColorScheme('light')
  const { nodes, edges } = useMemo(() => {
    const open = (node: LineageNode) => {
      if (node.to !== undefined) void navigate({ to: node.to, search: (node.search ?? {}) as never })
    }
    return placed(lineage, open)
  }, [lineage, navigate])
  return (
    <div className={classes.graph} style={{ height: Math.max(240, heightOf(nodes) + 90) }}>
      <ReactFlow
        key={nodes.map((node) => node.id).join()}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        colorMode={scheme}
        fitView
        fitViewOptions={{ maxZoom: 1, padding: 0.08 }}
        minZoom={0.3}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        aria-label="Lineage"
      >
        <Background gap={20} size={1} />
      </ReactFlow>
    </div>
  )
}

function Card({ data }: { data: CardNode['data'] }) {
  const { node, open } = data
  const inside = (
    <>
      <Icon name={icons[node.kind]} size={17} />
      <span>
        <b>{node.label}</b>
        <small>{node.note}</small>
      </span>
    </>
  )
  return (
    <>
      <Handle type="target" position={Position.Left} className={classes.handle} />
      {node.to === undefined ? (
        <div className={classes.card} data-current={node.current}>
          {inside}
        </div>
      ) : (
        <button
          type="button"
          className={`${classes.card} nodrag nopan`}
          title={node.label}
          onClick={() => open(node)}
        >
          {inside}
        </button>
      )}
      <Handle type="source" position={Position.Right} className={classes.handle} />
    </>
  )
}

const nodeTypes = { card: Card }

function placed(lineage: Lineage, open: (node: LineageNode) => void): { nodes: CardNode[]; edges: Edge[] } {
  const graph = new graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 18, ranksep: 60 })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const node of lineage.nodes) graph.setNode(node.id, { ...size })
  for (const edge of lineage.edges) graph.setEdge(edge.from, edge.to)
  layout(graph)
  return {
    nodes: lineage.nodes.map((node) => {
      const { x, y } = graph.node(node.id)
      return {
        id: node.id,
        type: 'card',
        position: { x: x - size.width / 2, y: y - size.height / 2 },
        data: { node, open },
        ...size,
      }
    }),
    edges: lineage.edges.map((edge) => ({
      id: `${edge.from} ${edge.to}`,
      source: edge.from,
      target: edge.to,
      markerEnd: { type: MarkerType.ArrowClosed },
    })),
  }
}

function heightOf(nodes: readonly CardNode[]): number {
  const tops = nodes.map((node) => node.position.y)
  return nodes.length === 0 ? 0 : Math.max(...tops) - Math.min(...tops) + size.height
}
