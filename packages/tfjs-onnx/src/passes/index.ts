// What is done to every graph after recording: drop nodes without effect, compute equal things once, each when it is needed.
import { type Graph } from '../graph';
import { shareEqualNodes } from './share';
import { followProducers } from './order';
import { prune } from './prune';
import { sumSquares } from './squares';

export function simplify(graph: Graph): Graph {
  return followProducers(prune(sumSquares(shareEqualNodes(graph))));
}
