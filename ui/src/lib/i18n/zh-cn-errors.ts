import type { ErrorWords } from './error-words';
import { formats } from './format';

const f = formats('zh-CN');

/** A number that came as text, grouped for reading; empty when there is none. */
const grouped = (value: string | undefined): string => {
  const number = Number(value);
  return value === undefined || Number.isNaN(number) ? '' : f.number(number);
};

/** 每个错误代码对应的说明：发生了什么，可以怎么做。 */
export const errors: ErrorWords = {
  model_missing: () => ({
    title: '找不到模型文件',
    advice: '它可能被移动或删除了。请放回原处，选择其他文件，或使用内置模型。',
  }),
  model_unreadable: () => ({
    title: '无法读取模型文件',
    advice: '请确认您的账户有读取权限、所在磁盘已连接，然后重试。',
  }),
  model_truncated: (d) => ({
    title: '模型文件不完整',
    advice:
      d['expected'] !== undefined && d['found'] !== undefined
        ? `应有 ${f.bytes(Number(d['expected']))}，实际只有 ${f.bytes(Number(d['found']))}。请重新复制或下载该文件。`
        : '文件有一部分缺失。请重新复制或下载。分成多个文件的模型需要把所有文件放在同一文件夹中。',
  }),
  model_invalid: () => ({
    title: '这不是可用的模型文件',
    advice: '文件已损坏或不是 GGUF 格式。请重新获取该文件，或选择其他文件。',
  }),
  model_unsupported: (d) => ({
    title: '暂不支持这类模型',
    advice: d['found']
      ? `LLMOS 无法运行“${d['found']}”模型，请选择其他类型的模型。`
      : '请选择其他类型的模型。',
  }),
  model_too_large: (d) => ({
    title: '模型对这台设备来说太大',
    advice:
      d['needed'] !== undefined && d['available'] !== undefined
        ? `需要 ${f.bytes(Number(d['needed']))} 内存，可用 ${f.bytes(Number(d['available']))}。请关闭其他应用，或选择更小的模型。`
        : '请关闭其他应用，或选择更小的模型。',
  }),
  draft_vocabulary: () => ({
    title: '这个文件与您的模型不匹配',
    advice: '草稿模型的词表必须与模型完全相同。请选择同一系列中较小的模型。',
  }),
  draft_unsupported: () => ({
    title: '您的模型无法用这种方式加速',
    advice: '运行该模型的引擎不支持草稿模型。其他功能不受影响。',
  }),
  no_model: () => ({
    title: '尚未加载模型',
    advice: '请选择模型文件或使用内置模型；您写的文字不会丢失。',
  }),
  engine_busy: () => ({
    title: '模型正在回答别的问题',
    advice: '请等它完成，或先停止它，然后再发送。',
  }),
  engine_failed: () => ({
    title: '模型停止了工作',
    advice: '请重试。如果再次发生，请在设置中重新加载模型或换一个模型。',
  }),
  no_summary: () => ({
    title: '模型没有给出可用的摘要',
    advice: '原来的摘要保留不变。请重试，或用您自己的话来写。',
  }),
  context_overflow: (d) => ({
    title: '内容超出了模型一次能读的长度',
    advice:
      d['needed'] !== undefined && d['available'] !== undefined
        ? `需要 ${grouped(d['needed'])} 个词元，只能容纳 ${grouped(d['available'])} 个。请缩短文字或分几次发送。`
        : '请缩短文字或分几次发送。',
  }),
  storage_wrong_key: () => ({
    title: '密钥与您的对话不匹配',
    advice: '密钥文件属于另一个数据库。请把正确的 llmos.key 放回数据文件夹，然后重试。',
  }),
  storage_key_missing: () => ({
    title: '找不到打开对话的密钥',
    advice: '数据文件夹中的 llmos.key 不见了。请从备份中恢复它再重试；没有它，对话无法读取。',
  }),
  storage_newer: () => ({
    title: '您的对话由更新的版本保存',
    advice: '请安装最新版 LLMOS 来打开它们。当前版本不会改动该文件。',
  }),
  storage_in_use: () => ({
    title: 'LLMOS 已经打开',
    advice: '另一个 LLMOS 窗口正在使用您的对话。请使用那个窗口，或关闭它后重试。',
  }),
  storage_read_only: () => ({
    title: '数据文件夹无法写入',
    advice: '请给予您的账户写入权限，或解除磁盘写保护，然后重试。',
  }),
  storage_full: () => ({
    title: '磁盘已满',
    advice: '请腾出一些空间后重试。您写的内容还在。',
  }),
  storage_failed: () => ({
    title: '无法读取或保存您的对话',
    advice: '请重试。如果再次发生，请检查磁盘和数据文件夹的权限。',
  }),
  not_found: () => ({
    title: '内容已不存在',
    advice: '它可能已被永久删除。请选择其他对话。',
  }),
  nothing_written: () => ({
    title: '模型没有写出可用的内容',
    advice: '您的文字没有变。请选短一点的段落，或换一种方式；更大的模型会写得更好。',
  }),
  tag_name: (d) => ({
    title: '标签不能用这个名称',
    advice: `请用 1 到 ${f.number(Number(d['available'] ?? 40))} 个字符的名称。`,
  }),
  too_many_tags: (d) => ({
    title: '标签太多了',
    advice: `最多只能有 ${f.number(Number(d['available'] ?? 20))} 个。请先移除不再需要的标签，再试一次。`,
  }),
  invalid_argument: () => ({
    title: '无法完成该操作',
    advice: '应用发出了不可能完成的请求，这是我们的错误。请附上技术细节告诉我们。',
  }),
  text_too_long: (d) => ({
    title: '文字太长，无法发送',
    advice:
      d['available'] !== undefined
        ? `上限为 ${f.bytes(Number(d['available']))}。请分几次发送；您的文字还在。`
        : '请分几次发送；您的文字还在。',
  }),
  out_of_range: (d) => ({
    title: '不能使用这个值',
    advice:
      d['field'] !== undefined
        ? `“${d['field']}”的范围是 ${d['least'] ?? '?'} 到 ${d['most'] ?? '?'}。请修改后重试；没有丢失任何内容。`
        : '请修改后重试；没有丢失任何内容。',
  }),
  file_unreadable: () => ({
    title: '无法读取这个文件',
    advice: '请确认您的账户有读取权限、所在磁盘已连接，然后重试。',
  }),
  file_unwritable: () => ({
    title: '无法在那里写入文件',
    advice: '请选择其他文件夹，或给予您的账户写入权限。',
  }),
  document_empty: () => ({
    title: '文件中没有文字',
    advice: '其中可能只有图片，或什么都没有。请选择其他文件。',
  }),
  document_too_large: () => ({
    title: '文档太大',
    advice: '请拆分它，或只把需要的部分另存为一个文件。',
  }),
  document_locked: () => ({
    title: '文档受密码保护',
    advice: '请用创建它的应用打开，另存一份不带密码的副本，再选择那份副本。',
  }),
  document_scanned: () => ({
    title: '页面都是图片',
    advice: '这个 PDF 中没有可读取的文字。请先用文字识别（OCR）处理它，再选择结果文件。',
  }),
  document_binary: () => ({
    title: '这不是文本',
    advice: '文件名说是文本，内容却不是。请用创建它的应用打开，另存为文本或 PDF。',
  }),
  document_broken: () => ({
    title: '文件已损坏',
    advice: '其中有一部分无法读取。请重新获取，或用创建它的应用打开后重新保存。',
  }),
  document_unsupported: () => ({
    title: '无法读取这类文件',
    advice:
      '可以读取文本、Markdown、HTML、PDF、Word（.docx）、OpenDocument（.odt）、EPUB、SRT 和 CSV。请另存为其中一种。',
  }),
  document_unsafe: () => ({
    title: '文件的构造像是攻击',
    advice: '它解压后远大于正常文档，或层层嵌套没有尽头，因此没有读取。',
  }),
  document_timed_out: () => ({
    title: '读取文档用时太久',
    advice: '请拆分它，或用创建它的应用重新保存后再试。',
  }),
  document_gone: () => ({
    title: '文档已不再打开',
    advice: '它没有被保留，应用关闭时就一并移除了。请从消息中移除它，再重新附加该文件。',
  }),
  import_unrecognised: () => ({
    title: '这不是 LLMOS 认识的导出文件',
    advice:
      '请选择由 LLMOS、ChatGPT、Claude 或 Open WebUI 生成的文件：conversations.json，或包含它的 .zip。',
  }),
  import_newer: () => ({
    title: '这个导出文件来自更新的版本',
    advice: '请安装最新版 LLMOS，然后再次导入该文件。',
  }),
  exchange_busy: () => ({
    title: '另一个导出或导入正在进行',
    advice: '请等它完成，或先停止它，然后重试。',
  }),
  link_refused: () => ({
    title: '此链接不会被打开',
    advice: 'LLMOS 只打开网页和邮件地址。您可以复制它，自行决定。',
  }),
  other_model: (d) => ({
    title: '现在加载的是另一个模型',
    advice: d['expected']
      ? `这项工作是用 ${d['expected']} 开始的。可以重新加载它，或点“继续”改用当前模型做完。`
      : '可以重新加载开始时用的模型，或点“继续”改用当前模型做完。',
  }),
  empty_text: () => ({
    title: '这里没有文字',
    advice: '请先输入或粘贴一些文字，或选择另一个文件。',
  }),
  not_text: () => ({
    title: '这不是文本',
    advice: '它像是图片、程序或压缩文件。请用生成它的应用打开并另存为文本，或把文字复制出来。',
  }),
  job_moved: () => ({
    title: '现在不能这样做了',
    advice: '这项工作的状态已经改变，请看一下它现在的进度。',
  }),
  internal: () => ({
    title: '应用内部出错',
    advice: '请重试。如果再次发生，请附上技术细节告诉我们。',
  }),
};
