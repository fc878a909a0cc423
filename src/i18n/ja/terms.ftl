## 規約

terms-since = { $version } 版（{ $date }から）
terms-others = ほかの版
terms-old = これは以前の版です
terms-see-current = 現在の版を見る
terms-future = この版は{ $date }から適用されます
agree-title = 規約が新しくなりました
agree-lead = 続けてご利用になるには、内容をご確認のうえ、同意してください。
agree-what-changed = 変更点：
agree-read = { $title }の全文を読む
agree-own-page = 別のページで開く
agree-submit = 同意して続ける
agree-changed = 内容がさらに新しくなりました。もう一度ご確認ください。
agree-otherwise = 同意されない場合：
sign-up-agree = アカウントを作成すると、次に同意したことになります：
