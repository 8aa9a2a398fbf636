"""Sentences into the text tower in training."""
import torch


class Encoder:
    """Sentences -> ids padded with the end token, by a table of words."""

    def __init__(self, tokenizer):
        self.tokenizer, self.words = tokenizer, {}

    def word(self, word):
        if word not in self.words:
            self.words[word] = self.tokenizer(word, add_special_tokens=False)["input_ids"]
        return self.words[word]

    def __call__(self, sentences):
        rows = [[i for w in s.replace(".", " .").split() for i in self.word(w)] for s in sentences]
        length = max(map(len, rows)) + 2
        start, end = self.tokenizer.bos_token_id, self.tokenizer.eos_token_id
        return torch.tensor([[start, *r] + [end] * (length - len(r) - 1) for r in rows]), torch.tensor([len(r) + 1 for r in rows])


def read(text, ids, ends, relayed):
    """The text tower's output and its end tokens' vectors [B, D]; a relayed row's end token sees itself and the token before only."""
    B, T = ids.shape
    q, k = torch.arange(T)[:, None], torch.arange(T)[None, :]
    hidden = (k > q) | ((q == ends[:, None, None]) & (k < q - 1) & relayed[:, None, None])  # [B, T, T]
    mask = torch.zeros(B, 1, T, T).masked_fill(hidden[:, None], torch.finfo(torch.float32).min)
    out = text.encoder(inputs_embeds=text.embeddings(input_ids=ids), causal_attention_mask=mask, output_attentions=True)
    return out, text.final_layer_norm(out.last_hidden_state[torch.arange(B), ends])
