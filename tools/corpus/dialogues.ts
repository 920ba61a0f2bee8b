// Assembles dialogues from the grammar: a topic is told stage by stage, the first user turn sets the mood, the agent mirrors it.
import { fill, type Grammar, type Mood, tidy, type Topic } from './grammar';
import { hash, Random } from './random';

export interface DialoguePlan {
  seed: string;
  dialogues: number;
  turns: { minimum: number; maximum: number };
  maximumWords: number;
  /** How often the opening mood is drawn. */
  moods: Partial<Record<Mood, number>>;
  /** Chance, from the third turn on, that the user falls back to a plain or calm mood. */
  moodDrift: number;
  /** Chances of what makes one turn differ from another. */
  variety: { opener: number; aside: number; tag: number; backchannel: number; reaction: number; colour: number };
  validationShare: number;
  userSpeakers: string[];
  agentSpeaker: string;
}

export interface PlannedTurn {
  role: 'user' | 'agent';
  speaker: string;
  text: string;
  style: Mood;
}

export interface PlannedDialogue {
  id: string;
  topic: string;
  split: 'train' | 'validation';
  turns: PlannedTurn[];
}

const TRIES = 40;
/** Up to this many words a repetition is natural ("Yeah.", "Oh no!"). */
const SHORT_WORDS = 3;

/** Every dialogue of the corpus, in order; the same plan and grammar give the same dialogues. */
export function planDialogues(grammar: Grammar, plan: DialoguePlan): PlannedDialogue[] {
  const used = new Set<string>();
  return Array.from({ length: plan.dialogues }, (_, index) => {
    const id = `d${String(index).padStart(5, '0')}`;
    const random = new Random(`${plan.seed}/${id}`);
    const mood = random.weighted(plan.moods);
    const topic = random.pick(grammar.topics.filter((candidate) => candidate.moods.includes(mood)));
    const split = hash(id) / 4294967296 < plan.validationShare ? 'validation' : 'train';
    return { id, topic: topic.name, split, turns: planTurns(grammar, plan, topic, mood, random, used) };
  });
}

function planTurns(
  grammar: Grammar,
  plan: DialoguePlan,
  topic: Topic,
  opening: Mood,
  random: Random,
  used: Set<string>,
): PlannedTurn[] {
  const count = plan.turns.minimum + Math.floor(random.next() * (plan.turns.maximum - plan.turns.minimum + 1));
  const user = random.pick(plan.userSpeakers);
  const bindings = new Map<string, string[]>();
  const turns: PlannedTurn[] = [];
  let mood = opening;
  for (let index = 0; index < count; index++) {
    const role = index % 2 === 0 ? 'user' : 'agent';
    if (role === 'user' && index >= 2 && random.chance(plan.moodDrift)) mood = mood === 'plain' ? 'calm' : 'plain';
    const text = distinctText(used, random, plan, () =>
      turnText(grammar, plan, topic, index, count, mood, random, bindings),
    );
    turns.push({ role, speaker: role === 'user' ? user : plan.agentSpeaker, text, style: mood });
  }
  return turns;
}

function distinctText(used: Set<string>, random: Random, plan: DialoguePlan, make: () => string): string {
  let text = '';
  for (let attempt = 0; attempt < TRIES; attempt++) {
    text = make();
    const words = text.split(' ').length;
    if (words > plan.maximumWords) continue;
    if (!used.has(text) || (words <= SHORT_WORDS && random.chance(0.5))) break;
  }
  used.add(text);
  return text;
}

function turnText(
  grammar: Grammar,
  plan: DialoguePlan,
  topic: Topic,
  index: number,
  count: number,
  mood: Mood,
  random: Random,
  bindings: Map<string, string[]>,
): string {
  const { variety } = plan;
  if (index > 0 && random.chance(variety.backchannel))
    return tidy(fill(`{backchannel.${mood}}`, grammar, random, bindings));
  const opener = index > 0 && random.chance(variety.opener) ? fill(`{opener.${mood}}`, grammar, random, bindings) : '';
  const main = fill(mainTemplate(topic, index, count, mood, variety.reaction, random), grammar, random, bindings);
  let text = opener ? `${opener} ${opener.endsWith(',') ? continued(main, grammar) : main}` : main;
  // A tag such as "don't you think" belongs at the very end of one sentence.
  if (random.chance(variety.tag))
    text = text.replace(/[.?!]$/, (mark) => `, ${fill('{tag}', grammar, random, bindings)}${mark}`);
  else if (random.chance(variety.aside)) text = `${text} ${fill('{aside}', grammar, random, bindings)}`;
  return random.chance(variety.colour) ? colour(tidy(text), mood) : tidy(text);
}

function mainTemplate(
  topic: Topic,
  index: number,
  count: number,
  mood: Mood,
  reaction: number,
  random: Random,
): string {
  const stage = topic.stages[index];
  if (index === count - 1 && index > 2 && random.chance(0.5)) return `{closing.${mood}}`;
  if (!stage || (index > 0 && random.chance(reaction))) return `{reaction.${mood}}`;
  const suited = stage.lines.filter((line) => line.moods?.includes(mood));
  // Lines written for the mood come before those that suit every mood.
  const lines =
    suited.length > 0 && random.chance(0.5)
      ? suited
      : stage.lines.filter((line) => !line.moods || line.moods.includes(mood));
  return random.pick(lines).template;
}

const PROPER_NAMES = ['name', 'city', 'country', 'month', 'day'];

/** A sentence that goes on after a comma: its first letter becomes small, except in names and "I". */
function continued(text: string, grammar: Grammar): string {
  const [first] = text.split(/[ ,.!?]/);
  const proper =
    /^I(\b|')/.test(first) ||
    PROPER_NAMES.some((slot) => grammar.slots.get(slot)?.some(([name]) => name.split(' ')[0] === first));
  return proper ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

/**
 * Excited and urgent statements end in an exclamation mark; not all of them, or the mark would show the mood and the history would
 * not have to.
 */
function colour(text: string, mood: Mood): string {
  return mood === 'excited' || mood === 'urgent' ? text.replace(/\.( |$)/g, '!$1') : text;
}
