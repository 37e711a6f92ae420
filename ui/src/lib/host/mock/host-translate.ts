import type { GlossaryTerm } from '../bindings/GlossaryTerm';
import type { LanguagePair } from '../bindings/LanguagePair';
import type { SpeakerSide } from '../bindings/SpeakerSide';
import type { TranslatedText } from '../bindings/TranslatedText';
import type { TranslationEvent } from '../bindings/TranslationEvent';
import type { TranslationRequest } from '../bindings/TranslationRequest';
import type { Utterance } from '../bindings/Utterance';
import { MockReader } from './host-documents';

/** The commands of translations. */
export class MockTranslator extends MockReader {
  async translateInfo() {
    await this.called('translateInfo');
    return this.translations.info();
  }

  async languageDetect(text: string) {
    await this.called('languageDetect', text);
    return this.translations.detect(text);
  }

  async translationSave(id: string | null, request: TranslationRequest) {
    await this.called('translationSave', id, request);
    return this.changed(this.translations.save(id, request));
  }

  async translationsList() {
    await this.called('translationsList');
    return this.translations.list();
  }

  async translationOpen(id: string) {
    await this.called('translationOpen', id);
    return this.translations.open(id);
  }

  async translationDelete(id: string): Promise<void> {
    await this.called('translationDelete', id);
    this.translations.mark(id, true);
    this.keep();
  }

  async translationRestore(id: string): Promise<void> {
    await this.called('translationRestore', id);
    this.translations.mark(id, false);
    this.keep();
  }

  async translationRun(
    id: string,
    only: number[] | null,
    onEvent: (event: TranslationEvent) => void,
  ) {
    await this.called('translationRun', id, only);
    return this.changed(await this.translations.run(id, only, onEvent));
  }

  async translationStart(id: string) {
    await this.called('translationStart', id);
    return this.translations.start(id, this.jobs);
  }

  async translationStop(): Promise<void> {
    await this.called('translationStop');
    this.translations.stop();
  }

  async segmentEdit(id: string, ordinal: number, text: string | null) {
    await this.called('segmentEdit', id, ordinal, text);
    return this.changed(this.translations.edit(id, ordinal, text));
  }

  async segmentAlternatives(id: string, ordinal: number, onFound: (found: TranslatedText) => void) {
    await this.called('segmentAlternatives', id, ordinal);
    return this.translations.alternatives(id, ordinal, onFound);
  }

  async segmentBack(id: string, ordinal: number) {
    await this.called('segmentBack', id, ordinal);
    return this.translations.back(id, ordinal);
  }

  async translationExport(id: string, name: string) {
    await this.called('translationExport', id, name);
    return this.translations.nextTarget;
  }

  async translationCopy(id: string): Promise<void> {
    await this.called('translationCopy', id);
    this.clipboard = this.translations.text(id);
  }

  async glossaryGet(pair: LanguagePair) {
    await this.called('glossaryGet', pair);
    return this.translations.glossary(pair);
  }

  async glossarySet(pair: LanguagePair, terms: GlossaryTerm[]) {
    await this.called('glossarySet', pair, terms);
    return this.translations.setGlossary(pair, terms);
  }

  async translationMemoryClear(): Promise<void> {
    await this.called('translationMemoryClear');
    this.translations.remembered = 0;
  }

  async interpret(
    side: SpeakerSide,
    pair: LanguagePair,
    text: string,
    onText: (text: string) => void,
  ) {
    await this.called('interpret', side, pair, text);
    return this.translations.interpret(side, pair, text, onText);
  }

  async utterancesList() {
    await this.called('utterancesList');
    return [...this.translations.utterances];
  }

  async utterancesClear(): Promise<void> {
    await this.called('utterancesClear');
    this.translations.utterances = [];
  }

  async utterancesRestore(utterances: Utterance[]): Promise<void> {
    await this.called('utterancesRestore', utterances);
    this.translations.utterances.push(...utterances);
  }
}
