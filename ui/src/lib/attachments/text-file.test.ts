// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { decode, FILE_UP_TO, readTextFile } from './text-file';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('the text in a file', () => {
  test('UTF-8, with or without its mark', () => {
    expect(decode(utf8('naïve 你好 👋'))).toBe('naïve 你好 👋');
    expect(decode(utf8('\ufeffmarked'))).toBe('marked');
    expect(decode(utf8(''))).toBe('');
  });

  test('UTF-16 by its mark', () => {
    expect(decode(new Uint8Array([0xff, 0xfe, 0x60, 0x4f, 0x0a, 0x00]))).toBe('你\n');
    expect(decode(new Uint8Array([0xfe, 0xff, 0x4f, 0x60]))).toBe('你');
  });

  test('older Chinese files', () => {
    expect(decode(new Uint8Array([0xc4, 0xe3, 0xba, 0xc3]))).toBe('你好');
  });

  test.each([
    ['a picture', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00]],
    ['an archive', [0x50, 0x4b, 0x03, 0x04, 0x14, 0x00]],
    ['half a character', [0xff, 0xff, 0xff]],
  ])('%s is no text', (_, bytes) => {
    expect(decode(new Uint8Array(bytes))).toBeNull();
  });

  test('lines end as they do here, and the name is cleaned', async () => {
    const file = new File(['a\r\nb\rc'], 'a\u0007b.txt');
    expect(await readTextFile(file)).toEqual({ name: 'a b.txt', text: 'a\nb\nc' });
  });

  test('what is too large or no text is refused by name', async () => {
    const large = new File([new Uint8Array(FILE_UP_TO + 1)], 'large.log');
    await expect(readTextFile(large)).rejects.toMatchObject({
      file: 'large.log',
      reason: 'tooLarge',
    });
    const binary = new File([new Uint8Array([0, 1, 2])], 'a.bin');
    await expect(readTextFile(binary)).rejects.toMatchObject({ reason: 'notText' });
  });
});
