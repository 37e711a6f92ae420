/** The draft model and the speed on battery. */
export const speed = {
  draft: 'Draft model',
  draftNone: 'None',
  draftChoose: 'Choose file…',
  draftRemove: 'Use none',
  draftHint:
    'A second, much smaller model of the same family that guesses the next words; your model checks them all at once. The answers stay the same and come sooner if the guesses are good. It takes memory of its own, and where it does not help it is left aside.',
  draftLoading: 'Loading the draft model…',
  draftIdle: 'The draft model is not used',
  battery: 'On battery',
  batteryChoices: { automatic: 'Automatic', full: 'Full speed', gentle: 'Gentle' },
  batteryHint:
    'Gentle computes with half of the processor’s cores: cooler, longer on battery, and slower. Automatic does so when the system saves power or the battery is at 20% or less.',
};
