"""What the loader of content files holds about people: nothing but the keys of records."""

NOT_PERSONAL = {"content.Loaded": "kind key digests"}
