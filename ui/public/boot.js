// Sets theme and language before the first frame, from the address (`?theme=dark&lang=zh-CN`, for
// the shell) or from the copy that the page keeps of the person's choice (see preferences.svelte.ts).
// Without a choice the theme is the system's; theme.svelte.ts follows it from then on.
(function () {
  var root = document.documentElement;
  var query = new URLSearchParams(location.search);
  var kept = {};
  try {
    kept = JSON.parse(localStorage.getItem('llmos.appearance')) || {};
  } catch (_) {
    // No copy, or one that can't be read: the system's theme and language are used.
  }
  var theme = query.get('theme') || kept.theme;
  var language = query.get('lang') || kept.language;
  if (theme === 'light' || theme === 'dark') root.dataset.chosenTheme = theme;
  else theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  root.dataset.theme = theme;
  if (language === 'en' || language === 'zh-CN') {
    root.dataset.language = language;
    root.lang = language;
  }
})();
