"""The steps that pipelines name: ask the store what lacks a result, make it, append it."""
