// Texts of scripts, in the language of the page: the server puts them into its head.
const texts = JSON.parse(document.querySelector('meta[name="texts"]').content);

export const text = (key) => texts[key];
