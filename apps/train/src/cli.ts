// gpt-talker-train: from a corpus to a voice.
import { reportFailure } from './failure';
import { createProgram } from './program';

createProgram().parseAsync().catch(reportFailure);
