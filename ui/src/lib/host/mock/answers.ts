/** What the mock's model says. The texts use the Markdown that real answers use. */

const ENGLISH = `Think of a dictionary. To find **mouse** you don't start at page one. You open it in the middle:

- If the word there comes **after** mouse, you only need the left half.
- If it comes **before**, you only need the right half.

Every look throws away half of the pages, so even a thousand pages take only ten looks.

\`\`\`rust
let found = words.binary_search(&"mouse");
\`\`\`

| Pages | Looks |
| ----: | ----: |
|   100 |     7 |
| 1,000 |    10 |

More about it is on [a page about search](https://example.org/binary-search?from=llmos).`;

const CHINESE = `### 周六

- 上午：**龙井村**，茶农家里坐一坐
- 下午：九溪，沿溪慢走四十分钟
- 傍晚：苏堤看日落

### 周日

1. 上午：中国茶叶博物馆（免费，九点开）
2. 下午：河坊街，喝一碗藕粉再去车站

\`\`\`text
杭州东 18:42 → 上海虹桥 19:40
\`\`\`

一共要走的路不到六公里，喝茶的地方有三处。`;

export const ANSWERS = { english: ENGLISH, chinese: CHINESE };

/** A scripted summary, in English and in Chinese. */
export const SUMMARIES = [
  'You asked how binary search works, for a nine-year-old. It was compared with guessing a number between one and a hundred: always ask for the middle.',
  '您想周末去杭州，周六早上到，周日晚上走，少走路、多喝茶。已给出两天的行程：龙井村、九溪、茶叶博物馆和河坊街。',
] as const;

/** The scripted answer to a question, in the question's language. */
export function answerTo(question: string): string {
  return /\p{Script=Han}/u.test(question) ? CHINESE : ENGLISH;
}

/** A title made from a question, as short as the real ones. */
export function titleFor(question: string): string {
  const line = question.trim().split('\n')[0] ?? '';
  const words = /\p{Script=Han}/u.test(line)
    ? line.slice(0, 14)
    : line.split(/\s+/).slice(0, 6).join(' ');
  return words.slice(0, 60).replace(/[.,;:!?。，；：！？]+$/u, '');
}
