import type { DraftForm } from '../bindings/DraftForm';
import type { RewriteStyle } from '../bindings/RewriteStyle';
import type { TextCause } from '../bindings/TextCause';
import type { WriteEvent } from '../bindings/WriteEvent';
import type { TextFormat } from '../bindings/TextFormat';
import { MockTranslator } from './host-translate';

/** The commands of texts that the person writes. */
export class MockWriter extends MockTranslator {
  async textsList() {
    await this.called('textsList');
    return this.writing.list();
  }

  async textCreate(title: string, body: string, form: DraftForm | null) {
    await this.called('textCreate', title, body, form);
    return this.changed(this.writing.create(title, body, form));
  }

  async textOpen(id: string) {
    await this.called('textOpen', id);
    return { ...this.writing.find(id) };
  }

  async textSave(id: string, title: string, body: string): Promise<void> {
    await this.called('textSave', id, title, body);
    this.changed(this.writing.save(id, title, body));
  }

  async textFormSet(id: string, form: DraftForm | null): Promise<void> {
    await this.called('textFormSet', id, form);
    this.changed(this.writing.setForm(id, form));
  }

  async textDelete(id: string): Promise<void> {
    await this.called('textDelete', id);
    this.changed(this.writing.setDeleted(id, true));
  }

  async textRestore(id: string): Promise<void> {
    await this.called('textRestore', id);
    this.changed(this.writing.setDeleted(id, false));
  }

  async textVersions(id: string) {
    await this.called('textVersions', id);
    return this.writing.versions(id);
  }

  async textVersion(id: string, version: number) {
    await this.called('textVersion', id, version);
    return this.writing.version(id, version);
  }

  async textVersionKeep(id: string, cause: TextCause): Promise<void> {
    await this.called('textVersionKeep', id, cause);
    this.changed(this.writing.keepVersion(id, cause));
  }

  async textRevert(id: string, version: number) {
    await this.called('textRevert', id, version);
    return this.changed(this.writing.revert(id, version));
  }

  async textExport(id: string, format: TextFormat, name: string) {
    await this.called('textExport', id, format, name);
    return this.writing.nextTarget;
  }

  async templatesList() {
    await this.called('templatesList');
    return this.writing.listTemplates();
  }

  async templateSave(id: string | null, name: string, form: DraftForm) {
    await this.called('templateSave', id, name, form);
    return this.changed(this.writing.saveTemplate(id, name, form));
  }

  async templateDelete(id: string): Promise<void> {
    await this.called('templateDelete', id);
    this.changed(this.writing.setTemplateDeleted(id, true));
  }

  async templateRestore(id: string) {
    await this.called('templateRestore', id);
    return this.changed(this.writing.setTemplateDeleted(id, false));
  }

  async writeDraft(form: DraftForm, attempt: number, onEvent: (event: WriteEvent) => void) {
    await this.called('writeDraft', form, attempt);
    return this.writing.draft(form, attempt, onEvent);
  }

  async writeContinue(text: string, attempt: number, onEvent: (event: WriteEvent) => void) {
    await this.called('writeContinue', text, attempt);
    return this.writing.carryOn(text, attempt, onEvent);
  }

  async writeRewrite(
    text: string,
    style: RewriteStyle,
    instruction: string,
    attempt: number,
    onEvent: (event: WriteEvent) => void,
  ) {
    await this.called('writeRewrite', text, style, instruction, attempt);
    return this.writing.rewrite(text, style, attempt, onEvent);
  }

  async writeStop(): Promise<void> {
    await this.called('writeStop');
    this.writing.stop();
  }
}
