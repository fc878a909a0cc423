## Terms

terms-since = Version { $version } (from { $date })
terms-others = Other versions
terms-old = This is an earlier version
terms-see-current = See the current version
terms-future = This version applies from { $date }
agree-title = Our terms have changed
agree-lead = Please read what is new and agree to it to go on.
agree-what-changed = What changed:
agree-read = Read the whole text of: { $title }
agree-own-page = Open on a page of its own
agree-submit = Agree and go on
agree-changed = There is something even newer. Please look at it again.
agree-otherwise = If you do not agree:
sign-up-agree = By making an account you agree to:
