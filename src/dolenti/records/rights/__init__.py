"""What a patient may ask of their record: a copy, how long it is kept, its erasure."""
