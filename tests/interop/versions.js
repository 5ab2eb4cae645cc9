// The Baileys versions of package.json, without the alias's prefix.
export const BAILEYS_VERSIONS = ['6.7.21', '7.0.0-rc.9', '7.0.0-rc14']
