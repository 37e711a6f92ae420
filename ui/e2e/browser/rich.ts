/** Answers with all that Markdown can show here, for the tests. */
import type { Language } from './app';

const { raw } = String;

const ENGLISH_FORMULAS = raw`The equation \(ax^2 + bx + c = 0\) has the roots

\[
x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a},
\]

where $D = b^2 - 4ac$ decides how many. One layer of a network is \(\hat{y} = \sigma(W_2 \cdot \mathrm{ReLU}(W_1 x + b_1) + b_2) \in \mathbb{R}^{n}\), and Maxwell wrote

$$
\begin{aligned}
\nabla \cdot \mathbf{E} &= \frac{\rho}{\varepsilon_0} & \nabla \times \mathbf{E} &= -\frac{\partial \mathbf{B}}{\partial t} \\
\nabla \cdot \mathbf{B} &= 0 & \nabla \times \mathbf{B} &= \mu_0 \mathbf{J} + \mu_0 \varepsilon_0 \frac{\partial \mathbf{E}}{\partial t}
\end{aligned}
$$

A book about it costs $25, not $250. This is no formula: \(\frac{1\).`;

const CHINESE_FORMULAS = raw`方程 \(ax^2 + bx + c = 0\) 的根是

\[
x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a},
\]

其中$D = b^2 - 4ac$决定根的个数。绝对值与矩阵：

$$
|x| = \begin{cases} x & x \ge 0 \\ -x & \text{其他} \end{cases} \qquad A = \begin{pmatrix} a_{11} & a_{12} & a_{13} \\ a_{21} & a_{22} & a_{23} \end{pmatrix}
$$

一本书的价格是 $25，不是 $250。这不是公式：\(\frac{1\)。`;

const ENGLISH_NOTES = `Before the trip[^list]:

- [x] book the train
- [ ] water the plants, with $x^2$ litres
- [ ] pack

| From | To | Leaves | Arrives | Platform | Note |
|:-----|:---|-------:|--------:|:--------:|------|
| Hangzhou East | Shanghai Hongqiao | 18:42 | 19:40 | 7 | Bring something to eat[^1] |
| Shanghai Hongqiao | Hangzhou East | 09:05 | 10:01 | 12 | – |

\`\`\`sh
trains --from "Hangzhou East" --to "Shanghai Hongqiao" --after 18:00 --sort price
\`\`\`

[^1]: The **dining car** is closed.
[^list]: Made from what you wrote, and from [a page](https://example.org/trains).`;

const CHINESE_NOTES = `出发之前[^清单]：

- [x] 订车票
- [ ] 浇花
- [ ] 收拾行李

| 出发站 | 到达站 | 发车 | 到达 | 站台 | 备注 |
|:-----|:---|-------:|--------:|:--------:|------|
| 杭州东 | 上海虹桥 | 18:42 | 19:40 | 7 | 自带晚饭[^1] |
| 上海虹桥 | 杭州东 | 09:05 | 10:01 | 12 | 无 |

\`\`\`sh
trains --from "杭州东" --to "上海虹桥" --after 18:00 --sort price
\`\`\`

[^1]: **餐车**不营业。
[^清单]: 根据您写的内容和[一个网页](https://example.org/trains)整理。`;

const ENGLISH_THOUGHTS = `<think>
Okay, a rainbow, for a child. What does a nine-year-old know already?

- Light comes from the sun.
- Water bends it, each colour a little differently.

So I should start with the garden hose. No formulas such as \\(n = c / v\\).
</think>

`;

const CHINESE_THOUGHTS = `<think>
要给孩子讲彩虹。九岁的孩子知道些什么？

- 光来自太阳。
- 水会让光转弯，每种颜色转得不一样。

从浇花的水管讲起比较好，不用 \\(n = c / v\\) 这样的公式。
</think>

`;

export const FORMULAS: Record<Language, string> = {
  en: ENGLISH_FORMULAS,
  'zh-CN': CHINESE_FORMULAS,
};
export const NOTES: Record<Language, string> = { en: ENGLISH_NOTES, 'zh-CN': CHINESE_NOTES };
export const THOUGHTS: Record<Language, string> = {
  en: ENGLISH_THOUGHTS,
  'zh-CN': CHINESE_THOUGHTS,
};
