import type { documents as english } from './en-documents';
import { formats } from './format';

const f = formats('zh-CN');

/** 文档：读取、查看、保留。 */
export const documents: typeof english = {
  heading: '文档',
  intro: '保留在这里的文档连同文字和文件都在本机加密。可以在其中搜索，也可以在对话中提问。',
  settingsIntro: '查看保留的文档，在其中搜索，或删除它们。',
  open: '文档…',
  add: '添加文档…',
  kinds: '文本、Markdown、HTML、PDF、Word、OpenDocument、EPUB、字幕、CSV',
  loading: '正在载入…',
  none: '还没有文档',
  noneHint: '在这里添加一份；或在消息中附加文件，查看时选择“保留这份文档”。',
  search: '在文档中搜索',
  attachTitle: '附加文档',
  filter: '按名称筛选',
  manage: '全部文档',
  found: (n: number) => `${f.number(n)} 处`,
  nothing: (query: string) => `没有找到“${query}”`,
  back: '返回',
  look: (name: string) => `查看 ${name} 的文字`,
  rename: (name: string) => `重命名 ${name}`,
  renameTitle: '重命名文档',
  name: '名称',
  save: '保存',
  cancel: '取消',
  remove: (name: string) => `删除 ${name}`,
  deleted: (name: string) => `已删除“${name}”。`,
  ask: '就此提问',

  reading: (name: string) => (name === '' ? '正在读取文档…' : `正在读取 ${name}…`),
  stop: '停止读取',
  refused: (name: string, title: string, advice: string) => `“${name}”：${title}。${advice}`,

  pages: (n: number) => `${f.number(n)} 页`,
  words: (n: number) => `${f.number(n)} 词`,
  tokens: (n: number) => `${f.number(n)} 个词元`,
  encoding: (name: string, guessed: boolean) =>
    guessed ? `按 ${name} 读取（自动识别）` : `按 ${name} 读取`,
  warnings: {
    damaged_text: () => '有些字符无法读取，显示为“�”。',
    pages_without_text: (n: number) => `有 ${f.number(n)} 页没有文字，可能只是图片。`,
    unknown_characters: (n: number) => `有 ${f.number(n)} 个字符在文件中没有含义，已缺失。`,
    parts_left_out: (n: number) => `有 ${f.number(n)} 个部分无法读取，已缺失。`,
  },
  replaced: '打开的内容替换了您之前的文字。',
  summarise: '摘要',
  translate: '翻译',
  keep: '保留这份文档',
  keepHint: '文字和文件加密保存在本机。否则应用关闭时即移除。',
  textOnly: '只保留了文字：文件超过 32 MB，或读取后有改动。',
  saveFile: '保存文件…',
  saved: (path: string) => `已保存到 ${path}`,
  wholeHint: '篇幅不长，模型可以全部读完。',
  passagesHint: '对模型来说太长：每次提问时，它会读取最相关的段落。',
  page: (n: number) => `第 ${f.number(n)} 页`,

  unread: '较长：将读取最相关的段落',
  whole: '已全文读取',
  passages: (n: number, of: number, places: string) => {
    const read = `已读 ${f.number(of)} 段中的 ${f.number(n)} 段`;
    return places === '' ? read : `${read}：${places}`;
  },
};
