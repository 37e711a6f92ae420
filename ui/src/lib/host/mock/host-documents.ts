import type { DocumentProgress } from '../bindings/DocumentProgress';
import type { SummaryWish } from '../bindings/SummaryWish';
import { MockChat } from './host-chat';

/** The commands of documents and their summaries. */
export class MockReader extends MockChat {
  async summaryStart(title: string | null, text: string, wish: SummaryWish) {
    await this.called('summaryStart', title, text, wish);
    return this.summaries.start(title, text, wish);
  }

  async summaryAgain(id: string, wish: SummaryWish) {
    await this.called('summaryAgain', id, wish);
    return this.summaries.again(id, wish);
  }

  async summaryRefine(id: string, base: string, wish: SummaryWish) {
    await this.called('summaryRefine', id, base, wish);
    return this.summaries.refine(id, base, wish);
  }

  async digestsList() {
    await this.called('digestsList');
    return this.summaries.list();
  }

  async digestOpen(id: string) {
    await this.called('digestOpen', id);
    return this.summaries.view(id);
  }

  async digestDelete(id: string): Promise<void> {
    await this.called('digestDelete', id);
    this.summaries.remove(id);
  }

  async digestRestore(id: string): Promise<void> {
    await this.called('digestRestore', id);
    this.summaries.restore(id);
  }

  async documentOpen(onProgress: (progress: DocumentProgress) => void) {
    await this.called('documentOpen');
    return this.documents.open(onProgress);
  }

  async documentRead(name: string, bytes: Uint8Array) {
    await this.called('documentRead', name);
    return this.documents.read(name, new TextDecoder().decode(bytes));
  }

  async documentTextOpen(onProgress: (progress: DocumentProgress) => void) {
    await this.called('documentTextOpen');
    return this.documents.openText(onProgress);
  }

  async documentTextRead(name: string, bytes: Uint8Array) {
    await this.called('documentTextRead', name);
    return this.documents.readText(name, new TextDecoder().decode(bytes));
  }

  async documentCancel(): Promise<void> {
    await this.called('documentCancel');
    this.documents.cancel();
  }

  async documentInfo(id: string) {
    await this.called('documentInfo', id);
    return this.documents.info(id);
  }

  async documentText(id: string) {
    await this.called('documentText', id);
    return this.documents.text(id);
  }

  async documentKeep(id: string) {
    await this.called('documentKeep', id);
    return this.documents.keep(id);
  }

  async documentSave(id: string): Promise<string | null> {
    await this.called('documentSave', id);
    return `~/Documents/${this.documents.info(id).document.name}`;
  }

  async documentsList() {
    await this.called('documentsList');
    return this.documents.list();
  }

  async documentRename(id: string, name: string): Promise<void> {
    await this.called('documentRename', id, name);
    this.documents.rename(id, name);
  }

  async documentsDelete(ids: string[]): Promise<void> {
    await this.called('documentsDelete', ids);
    this.documents.mark(ids, true);
  }

  async documentsRestore(ids: string[]): Promise<void> {
    await this.called('documentsRestore', ids);
    this.documents.mark(ids, false);
  }

  async documentsSearch(document: string | null, query: string) {
    await this.called('documentsSearch', document, query);
    return this.documents.search(document, query);
  }
}
