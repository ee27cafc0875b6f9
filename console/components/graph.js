// Draws nodes and edges. dagre finds the places; the browser measures nothing, so that a graph never jumps.
import { html, useMemo } from "../vendor/preact.js";
import { Graph as Layout, layout } from "../vendor/dagre.js";
import { lasted } from "../format.js";
import { t, tOr } from "../i18n.js";

const HEIGHT = 46;
const CHARACTER = 7.6;
const SMALL = new Set(["Choice", "Pass", "Succeed", "Fail", "Wait"]);

export function Graph({ graph, chosen, onChoose }) {
  // Places depend on the definition alone: what a run does only colours them.
  const shape = graph.nodes.map((node) => node.id).join() + graph.edges.length;
  const placed = useMemo(() => place(graph), [shape]);
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const taken = waysTaken(graph);
  const label = t("graph.label", { type: tOr(`type.${graph.type}`, graph.type) });
  return html`
    <div class="canvas" tabindex="0" role="group" aria-label=${label}>
      <svg viewBox="0 0 ${placed.width} ${placed.height}" width=${placed.width} height=${placed.height}>
        <defs>
          <marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8z" class="arrow" />
          </marker>
        </defs>
        ${placed.nodes.filter((box) => box.group).map((box) => html`<${Box} key=${box.id} box=${box} node=${nodes.get(box.id)} chosen=${chosen} onChoose=${onChoose} />`)}
        ${placed.edges.map((edge) => html`<${Edge} key=${edge.key} edge=${edge} passed=${taken.has(Number(edge.key))} />`)}
        ${placed.nodes.filter((box) => !box.group).map((box) => html`<${Box} key=${box.id} box=${box} node=${nodes.get(box.id)} chosen=${chosen} onChoose=${onChoose} />`)}
      </svg>
    </div>
  `;
}

function place(graph) {
  const drawing = new Layout({ compound: true, multigraph: true });
  drawing.setGraph({ rankdir: "TB", nodesep: 34, ranksep: 30, marginx: 14, marginy: 14 });
  drawing.setDefaultEdgeLabel(() => ({}));
  const parents = new Set(graph.nodes.map((node) => node.parent).filter(Boolean));
  for (const node of graph.nodes) {
    const width = Math.max(110, node.id.length * CHARACTER + 40);
    drawing.setNode(node.id, { width, height: SMALL.has(node.type) ? HEIGHT - 14 : HEIGHT });
    if (node.parent) drawing.setParent(node.id, node.parent);
  }
  graph.edges.forEach((edge, number) => {
    // dagre cannot end an edge at a group: its first and last states stand for it.
    const source = parents.has(edge.source) ? inside(graph, edge.source, "ends") : edge.source;
    const target = parents.has(edge.target) ? inside(graph, edge.target, "starts") : edge.target;
    drawing.setEdge(source, target, { width: 8, height: 8, of: edge }, `${number}`);
  });
  layout(drawing);
  const { width, height } = drawing.graph();
  return {
    width,
    height,
    nodes: drawing.nodes().map((id) => ({ id, group: parents.has(id), ...drawing.node(id) })),
    edges: drawing.edges().map((key) => ({ key: key.name, points: drawing.edge(key).points, ...drawing.edge(key).of })),
  };
}

function inside(graph, parent, end) {
  const children = graph.nodes.filter((node) => node.parent === parent);
  return (children.find((node) => node[end]) ?? children[0]).id;
}

/** Which edges the run came by: into each state, the one from the state that was left last before. */
function waysTaken(graph) {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const taken = new Map();
  graph.edges.forEach((edge, number) => {
    const left = nodes.get(edge.source)?.exited_at;
    const entered = nodes.get(edge.target)?.entered_at;
    if (!left || !entered || left > entered) return;
    const before = taken.get(edge.target);
    if (!before || before.left < left) taken.set(edge.target, { left, number });
  });
  return new Set([...taken.values()].map((way) => way.number));
}

function Edge({ edge, passed: was }) {
  const [first, ...rest] = edge.points;
  const line = `M${first.x} ${first.y}` + rest.map((point) => `L${point.x} ${point.y}`).join("");
  return html`
    <path class=${`edge ${edge.kind} ${was ? "passed" : ""}`} d=${line} marker-end="url(#arrow)">
      ${edge.label && html`<title>${edge.label}</title>`}
    </path>
  `;
}

function Box({ box, node, chosen, onChoose }) {
  const { x, y, width, height, id, group } = box;
  const { status } = node;
  const choose = () => onChoose(id);
  const key = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose();
  };
  const small = SMALL.has(node.type);
  const took = node.entered_at && !small && !group ? lasted(node.entered_at, node.exited_at ?? node.entered_at) : "";
  const tries = node.attempts > 1 ? ` · ${t("graph.tries", { count: node.attempts })}` : "";
  return html`
    <g class=${`node ${status} ${group ? "group" : ""} ${small ? "small" : ""}`} transform="translate(${x - width / 2} ${y - height / 2})"
      role="button" tabindex="0" aria-pressed=${chosen === id} aria-label=${`${id}: ${t(`status.${status}`)}`} onClick=${choose} onKeyDown=${key}>
      <rect width=${width} height=${height} rx=${small ? height / 2 : 9} />
      <text x=${width / 2} y=${group ? 16 : took ? 20 : height / 2 + 5}>${id}</text>
      ${took && html`<text class="took" x=${width / 2} y="36">${node.exited_at ? took : t(`status.${status}`)}${tries}</text>`}
    </g>
  `;
}
