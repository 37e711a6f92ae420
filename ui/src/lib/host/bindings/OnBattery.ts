export type OnBattery = "automatic" | "full" | "gentle";
