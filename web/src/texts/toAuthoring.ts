const en = { newTrack: "New track" };

const ru: typeof en = { newTrack: "Новый трек" };

/** The way to the forms by which teachers make tracks: apart from them, for it stands where they are not. */
export const toAuthoring = { en, ru };
