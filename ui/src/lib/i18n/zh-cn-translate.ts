import type { TranslationFlag } from '../host/bindings/TranslationFlag';
import type { translate as english } from './en-translate';
import { formats } from './format';

const f = formats('zh-CN');

function flag(it: TranslationFlag): string {
  switch (it.kind) {
    case 'lost':
      return `缺少“${it.what}”。`;
    case 'doubled':
      return `“${it.what}”多出来了。`;
    case 'numbers':
      return '数字与原文不一致。';
    case 'formatting':
      return '格式丢失或移位了。';
    case 'term':
      return `术语表中“${it.source}”应译为“${it.target}”。`;
    case 'empty':
      return '模型什么也没写。';
    case 'echo':
      return '这是原文，不是译文。';
    case 'wrongLanguage':
      return '这不是你要的语言。';
    case 'repetition':
      return '模型在重复自己。';
    case 'answered':
      return '模型在回答，而不是翻译。';
    case 'length':
      return '长度与原文不相称。';
    case 'cutOff':
      return '没写完就被截断了。';
    case 'tooLong':
      return '这一段对模型来说太长，请拆分。';
  }
}

/** 翻译。 */
export const translate: typeof english = {
  heading: '翻译',
  modes: { label: '翻译什么', text: '文本', talk: '对话' },
  from: '从',
  to: '译成',
  language: (names) => names.chinese,
  detect: '检测语言',
  detected: (name) => `${name}（检测到）`,
  perhaps: (name) => `${name}？不确定`,
  chooseFrom: '请选择原文语言：文字太短，无法判断。',
  swap: '交换语言',
  recent: '最近',
  pair: (from, to) => `${from} → ${to}`,
  address: '称呼方式',
  formality: { same: '与原文相同', formal: '正式', informal: '随意' },
  format: '格式',
  formats: { plain: '纯文本', markdown: 'Markdown', html: 'HTML', srt: '字幕' },
  placeholder: '输入或粘贴文本，或把文件拖到这里。',
  source: '要翻译的文本',
  openFile: '打开文件…',
  drop: '松开即可翻译此文档',
  tooLarge: (name) => `“${name}”超过 4 MB，请截取一部分。`,
  run: '翻译',
  goOn: '继续',
  stop: '停止',
  startNew: '新建',
  editText: '编辑原文',
  cancelEdit: '回到译文',
  copy: '复制译文',
  export: '保存为文件…',
  exported: (path) => `已保存到 ${path}`,
  progress: (done, total) => `${f.number(done)} / ${f.number(total)} 段`,
  flagged: (n) => `${f.number(n)} 段需要检查`,
  finished: '翻译完成。',
  stopped: '已停止。完成的部分已保存。',
  segments: '原文与译文，逐段对照',
  segment: (n) => `第 ${f.number(n)} 段`,
  menu: (n) => `第 ${f.number(n)} 段的选项`,
  waiting: '尚未翻译',
  states: { edited: '你已编辑', kept: '保持原样', flagged: '请再看看' },
  flag,
  edit: '编辑',
  editLabel: (n) => `第 ${f.number(n)} 段的译文`,
  save: '保存',
  alternatives: '其他译法',
  alternativesTitle: '其他译法',
  looking: '正在寻找其他译法…',
  noOthers: '模型没有找到其他好的译法。',
  take: '采用',
  back: '回译',
  backTitle: '回译结果',
  backWait: '正在回译…',
  again: '重新翻译',
  keep: '保持原样',
  forget: '清除',
  emptyTitle: '译文会显示在这里',
  emptyBody:
    '与原文逐段对照。Markdown、标签、占位符、数字和链接会保留，否则会提示你。任何内容都不会离开本设备。',
  listTitle: '你的翻译',
  listItem: (done, total) =>
    done === total ? `${f.number(total)} 段` : `${f.number(done)} / ${f.number(total)} 段`,
  remove: (title) => `删除“${title}”`,
  removed: (title) => `已删除“${title}”。`,
  weak: (model, name) => `${model} 不擅长${name}。`,
  weakBody:
    '它写出的译文用处不大，能看出问题的地方会标出。要得到好的译文，请加载懂这两种语言的更大模型。',
  chooseModel: '选择模型…',
  glossary: '术语表',
  glossaryCount: (n) => `术语表 · ${f.number(n)}`,
  glossaryTitle: (pair) => `术语表：${pair}`,
  glossaryIntro: '译法已定的词语。模型会按要求使用，每段译文都会据此检查。',
  term: (n) => `词语 ${f.number(n)}`,
  termTarget: (n) => `词语 ${f.number(n)} 的译法`,
  termCase: (n) => `词语 ${f.number(n)}：区分大小写`,
  termSource: '词语',
  termTranslation: '译法',
  matchCase: 'Aa',
  addTerm: '添加词语',
  removeTerm: (n) => `移除词语 ${f.number(n)}`,
  conflict: (source, targets) =>
    `“${source}”有多种译法：${targets.map((target) => `“${target}”`).join('、')}。只能用一种。`,
  glossarySaved: '术语表已保存。',
  memory: (n) => `已记住 ${f.number(n)} 条译文。`,
  memoryClear: '全部忘记',
  talk: {
    near: '你',
    far: '对方',
    language: (who) => `语言：${who}`,
    write: (language) => `用${language}书写`,
    send: '翻译并显示',
    turned: '把上半屏转过来',
    clear: '清除对话',
    cleared: '对话已清除。',
    empty: '说的话会以两种语言显示在这里。',
    kept: '加密保存在本设备上，直到你清除。',
  },
};
