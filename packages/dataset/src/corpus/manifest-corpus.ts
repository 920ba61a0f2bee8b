// Our own manifest as a corpus.
import { readManifest } from '../manifest';
import { languageOf, normaliseLanguage } from './language';
import { SKIPPED, type Corpus, type CorpusListener, type SourceDialogue, type SourceTurn } from './types';

export class ManifestCorpus implements Corpus {
  constructor(
    private readonly file: string,
    private readonly options: { language?: string } = {},
  ) {}

  async *dialogues(listener: CorpusListener): AsyncGenerator<SourceDialogue> {
    const ids = new Set<string>();
    for await (const { id, split, turns } of readManifest(this.file)) {
      const taken = ids.has(id);
      ids.add(id);
      const kept: SourceTurn[] = [];
      for (const [number, { role, speaker = role, text, language, style, audio }] of turns.entries()) {
        const name = `${id}#${number}`;
        if (taken) listener.skip(SKIPPED.duplicateDialogue, name);
        else if (audio === undefined) listener.skip(SKIPPED.noAudio, name);
        else if (text.trim() === '') listener.skip(SKIPPED.noText, name);
        else {
          if (number > 0 && (turns[number - 1].speaker ?? turns[number - 1].role) === speaker)
            listener.note('same speaker as the turn before', name);
          kept.push({
            name,
            number,
            role,
            speaker,
            text,
            language:
              this.options.language ?? (language === undefined ? languageOf(text) : normaliseLanguage(language)),
            audio,
            ...(style !== undefined && { style }),
          });
        }
      }
      if (kept.length > 0) yield { id, split, turns: kept };
    }
  }
}
