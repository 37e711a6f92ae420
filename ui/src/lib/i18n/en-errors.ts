import type { ErrorWords } from './error-words';
import { formats } from './format';

const f = formats('en');

/** A number that came as text, grouped for reading; empty when there is none. */
const grouped = (value: string | undefined): string => {
  const number = Number(value);
  return value === undefined || Number.isNaN(number) ? '' : f.number(number);
};

/** For each error code: what happened, and what the person can do about it. */
export const errors: ErrorWords = {
  model_missing: () => ({
    title: 'The model file is not there',
    advice:
      'It may have been moved or deleted. Put it back, choose another file, or use the built-in model.',
  }),
  model_unreadable: () => ({
    title: 'The model file can’t be read',
    advice:
      'Check that your account may read the file and that its drive is connected, then try again.',
  }),
  model_truncated: (d) => ({
    title: 'The model file is incomplete',
    advice:
      d['expected'] !== undefined && d['found'] !== undefined
        ? `${f.bytes(Number(d['found']))} of ${f.bytes(Number(d['expected']))} are there. Copy or download the file again.`
        : 'Part of it is missing. Copy or download it again. A model in several files needs all of them in one folder.',
  }),
  model_invalid: () => ({
    title: 'This is not a usable model file',
    advice:
      'It is damaged or not in the GGUF format. Get the file again from where it came from, or choose another.',
  }),
  model_unsupported: (d) => ({
    title: 'This kind of model is not supported yet',
    advice: d['found']
      ? `LLMOS can’t run “${d['found']}” models. Choose a model of another kind.`
      : 'Choose a model of another kind.',
  }),
  model_too_large: (d) => ({
    title: 'The model is too large for this device',
    advice:
      d['needed'] !== undefined && d['available'] !== undefined
        ? `It needs ${f.bytes(Number(d['needed']))} of memory and ${f.bytes(Number(d['available']))} is free. Close other apps, or choose a smaller model.`
        : 'Close other apps, or choose a smaller model.',
  }),
  draft_vocabulary: () => ({
    title: 'This file does not go with your model',
    advice:
      'A draft model must have exactly the same vocabulary. Choose a smaller model of the same family.',
  }),
  draft_unsupported: () => ({
    title: 'Your model can’t be sped up this way',
    advice: 'The engine that runs it does not work with draft models. Everything else works.',
  }),
  no_model: () => ({
    title: 'No model is loaded',
    advice: 'Choose a model file or use the built-in model; your text stays where it is.',
  }),
  engine_busy: () => ({
    title: 'The model is busy with another answer',
    advice: 'Wait until it is done, or stop it, then send again.',
  }),
  engine_failed: () => ({
    title: 'The model stopped working',
    advice:
      'Try again. If it happens again, load the model anew in Settings or choose another one.',
  }),
  no_summary: () => ({
    title: 'The model gave no usable summary',
    advice: 'The one that was there stays. Try again, or write it in your own words.',
  }),
  context_overflow: (d) => ({
    title: 'This is more than the model can read at once',
    advice:
      d['needed'] !== undefined && d['available'] !== undefined
        ? `It needs ${grouped(d['needed'])} tokens and there is room for ${grouped(d['available'])}. Shorten the text or send it in parts.`
        : 'Shorten the text or send it in parts.',
  }),
  storage_wrong_key: () => ({
    title: 'The key does not fit your conversations',
    advice:
      'The key file belongs to another database. Put the right llmos.key back into the data folder and try again.',
  }),
  storage_key_missing: () => ({
    title: 'The key to your conversations is missing',
    advice:
      'The file llmos.key is gone from the data folder. Put it back from a backup and try again; without it they can’t be read.',
  }),
  storage_newer: () => ({
    title: 'Your conversations were saved by a newer version',
    advice: 'Install the newest version of LLMOS to open them. This version won’t touch the file.',
  }),
  storage_in_use: () => ({
    title: 'LLMOS is already open',
    advice:
      'Another window of LLMOS is using your conversations. Use that one, or close it and try again.',
  }),
  storage_read_only: () => ({
    title: 'Nothing can be saved in the data folder',
    advice:
      'Allow your account to write in the folder, or free the drive from write protection, and try again.',
  }),
  storage_full: () => ({
    title: 'The disk is full',
    advice: 'Free some space and try again. What you wrote is still here.',
  }),
  storage_failed: () => ({
    title: 'Your conversations could not be read or saved',
    advice: 'Try again. If it happens again, check the drive and the rights of the data folder.',
  }),
  not_found: () => ({
    title: 'This is no longer there',
    advice: 'It may have been deleted for good. Choose another conversation.',
  }),
  nothing_written: () => ({
    title: 'The model wrote nothing that can be used',
    advice:
      'Your text is as it was. Try a shorter piece or another way; a larger model does this better.',
  }),
  tag_name: (d) => ({
    title: 'A tag can’t have this name',
    advice: `Give it a name of 1 to ${f.number(Number(d['available'] ?? 40))} characters.`,
  }),
  too_many_tags: (d) => ({
    title: 'There are too many tags',
    advice: `There is room for ${f.number(Number(d['available'] ?? 20))}. Remove one that is no longer needed, then try again.`,
  }),
  invalid_argument: () => ({
    title: 'That could not be done',
    advice:
      'The app asked for something impossible, which is our mistake. Please report it with the technical details.',
  }),
  text_too_long: (d) => ({
    title: 'This text is too long to send',
    advice:
      d['available'] !== undefined
        ? `The limit is ${f.bytes(Number(d['available']))}. Send it in parts; your text is still here.`
        : 'Send it in parts; your text is still here.',
  }),
  out_of_range: (d) => ({
    title: 'This value is not possible',
    advice:
      d['field'] !== undefined
        ? `“${d['field']}” goes from ${d['least'] ?? '?'} to ${d['most'] ?? '?'}. Change it and try again; nothing was lost.`
        : 'Change it and try again; nothing was lost.',
  }),
  file_unreadable: () => ({
    title: 'The file can’t be read',
    advice: 'Check that your account may read it and that its drive is connected, then try again.',
  }),
  file_unwritable: () => ({
    title: 'The file can’t be written there',
    advice: 'Choose another folder, or allow your account to write in this one.',
  }),
  document_empty: () => ({
    title: 'There is no text in the file',
    advice: 'It may hold only pictures, or nothing at all. Choose another file.',
  }),
  document_too_large: () => ({
    title: 'The document is too large',
    advice: 'Split it, or save only the part that you need as a file of its own.',
  }),
  document_locked: () => ({
    title: 'The document is protected by a password',
    advice: 'Open it in the app that made it, save a copy without the password, and choose that.',
  }),
  document_scanned: () => ({
    title: 'The pages are pictures',
    advice:
      'There is no text in this PDF that can be read. Run text recognition (OCR) over it first, then choose the result.',
  }),
  document_binary: () => ({
    title: 'This is not a text',
    advice:
      'Its name says text, its content does not. Open it in the app that made it and save it as text or PDF.',
  }),
  document_broken: () => ({
    title: 'The file is damaged',
    advice:
      'Part of it can’t be read. Get it again from where it came from, or open and save it anew in the app that made it.',
  }),
  document_unsupported: () => ({
    title: 'Files of this kind can’t be read',
    advice:
      'Text, Markdown, HTML, PDF, Word (.docx), OpenDocument (.odt), EPUB, SRT and CSV can. Save it as one of those.',
  }),
  document_unsafe: () => ({
    title: 'The file is built like an attack',
    advice:
      'It unpacks to far more than a document would, or is nested without end. It was not read.',
  }),
  document_timed_out: () => ({
    title: 'Reading the document took too long',
    advice: 'Split it, or save it anew in the app that made it, then try again.',
  }),
  document_gone: () => ({
    title: 'The document is no longer open',
    advice:
      'It was not kept, so it went when the app was closed. Remove it from the message and attach the file again.',
  }),
  import_unrecognised: () => ({
    title: 'This is not an export that LLMOS knows',
    advice:
      'Choose the file that LLMOS, ChatGPT, Claude or Open WebUI made: conversations.json, or the .zip that it came in.',
  }),
  import_newer: () => ({
    title: 'This export was made by a newer version',
    advice: 'Install the newest version of LLMOS, then import the file again.',
  }),
  exchange_busy: () => ({
    title: 'Another export or import is running',
    advice: 'Wait until it is done, or stop it, then try again.',
  }),
  link_refused: () => ({
    title: 'This link is not opened',
    advice: 'LLMOS opens only web and e-mail addresses. You can copy it and decide yourself.',
  }),
  other_model: (d) => ({
    title: 'Another model is loaded now',
    advice: d['expected']
      ? `This was begun with ${d['expected']}. Load that model again, or resume to go on with the one that is loaded.`
      : 'Load the model that this was begun with, or resume to go on with the one that is loaded.',
  }),
  empty_text: () => ({
    title: 'There are no words in this text',
    advice: 'Write or paste something first, or choose another file.',
  }),
  not_text: () => ({
    title: 'This is not a text',
    advice:
      'It looks like a picture, a program or a packed file. Open it in the app that made it and save it as text, or copy the text out of it.',
  }),
  job_moved: () => ({
    title: 'This is no longer possible',
    advice: 'The work has moved on meanwhile. Look at where it stands now.',
  }),
  internal: () => ({
    title: 'Something went wrong in the app',
    advice: 'Try again. If it happens again, please report it with the technical details.',
  }),
};
