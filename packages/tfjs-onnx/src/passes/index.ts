// What is done to every graph after recording: drop nodes without effect, compute equal things once, each when it is needed, none where
// its numbers would be lost.
import { type Graph } from '../graph';
import { eliminateCommonSubexpressions } from './cse';
import { scheduleNodes } from './schedule';
import { eliminateDeadCode } from './dce';
import { stabilizeLogSigmoid } from './log-sigmoid';
import { sumSquares } from './squares';

export function simplify(graph: Graph): Graph {
  return scheduleNodes(eliminateDeadCode(sumSquares(stabilizeLogSigmoid(eliminateCommonSubexpressions(graph)))));
}
