/** The draft model and the speed on battery, in the settings. */
import { expectAccessible } from './axe';
import { expect, test } from './fixtures';

test('a draft model is chosen, refused in words, and left out again', async ({ app }) => {
  await app.open();
  await app.showList();
  await app.id('nav-settings').click();
  const name = app.id('draft-name');
  await expect(name).toHaveText('None');
  await expect(app.id('draft-remove')).toBeHidden();
  await app.id('draft-choose').click();
  await expect(name).toHaveText('SmolLM2 135M Instruct');

  await app.mock((mock) => {
    mock.failNext('draftModelChoose', 'draft_vocabulary', { path: '/models/qwen3-0.6b.gguf' });
  });
  await app.id('draft-choose').click();
  await expect(app.id('error')).toContainText('same vocabulary');
  await expect(name).toHaveText('SmolLM2 135M Instruct');
  await expectAccessible(app.page);

  await app.id('draft-remove').click();
  await expect(name).toHaveText('None');
  await expect(app.id('error')).toBeHidden();
});

test('the speed on battery is remembered', async ({ app }) => {
  await app.open();
  await app.showList();
  await app.id('nav-settings').click();
  const choices = app.id('on-battery');
  await expect(choices.getByRole('radio', { name: 'Automatic' })).toBeChecked();
  await choices.getByText('Gentle', { exact: true }).click();
  await expect(choices.getByRole('radio', { name: 'Gentle' })).toBeChecked();
  expect(await app.mock((mock) => mock.preferences.onBattery)).toBe('gentle');
});
