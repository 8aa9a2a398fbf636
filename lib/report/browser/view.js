// What all parts of the page use to make elements and to write numbers.

/** An element with attributes and content; a listener is an attribute `onX`, and an attribute that is undefined or false is left out. */
export function element(tag, attributes = {}, ...content) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...content.filter((part) => part !== undefined));
  return made;
}

/** A number with the digits that the page holds, with a true minus sign. */
export function numberText(value, decimals) {
  return Number.isNaN(value) ? "no value" : value.toFixed(decimals).replace("-", "−");
}

/** A number for a small cell: two significant digits at most. */
export function shortText(value) {
  if (Number.isNaN(value)) return "";
  const size = Math.abs(value);
  const text = size >= 10
    ? value.toFixed(0)
    : size >= 1
    ? value.toFixed(1)
    : size < 0.005 && size > 0
    ? "0"
    : value.toFixed(2).replace("0.", ".");
  return (Number(text) === 0 ? "0" : text).replace("-", "−");
}
