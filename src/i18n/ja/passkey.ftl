## パスキーでのサインイン

passkey-sign-in = パスキーでサインインする
passkey-or = または
passkey-not-used = パスキーを使えませんでした。もう一度お試しいただくか、ほかの方法をお使いください。
passkey-wrong = パスキーでサインインできませんでした
passkey-wrong-text = もう一度お試しいただくか、ほかの方法でサインインしてください。
passkey-step-title = パスキーの確認
passkey-step-submit = パスキーを使う
passkey-step-missing = お使いのブラウザーではパスキーを使えません。パスキーに対応したブラウザーで開き、JavaScript を有効にしてください。

## パスキーでアカウントを作る

passkey-sign-up-title = サインインの方法を決める
passkey-sign-up-lead = パスキーなら、指紋や顔、画面ロックでサインインできます。パスワードを覚える必要はありません。
passkey-sign-up-submit = パスキーでアカウントを作る
passkey-sign-up-failed = パスキーを作れませんでした。もう一度お試しいただくか、パスワードを決めてください。
passkey-sign-up-password = パスワードを決める

## パスキーの一覧

passkeys-title = パスキー
passkeys-lead = 指紋や顔、画面ロックでサインインできます。偽のサイトでは使えないため、パスワードより安全です。
passkeys-none = パスキーはまだありません。
passkeys-add = パスキーを追加する
passkeys-added = { $date }に追加
passkeys-used = 最後の利用：{ $date }
passkeys-unused = まだ使われていません
passkeys-synced = ほかの端末にも同期されます
passkeys-device-bound = 作成した端末だけにあります
passkeys-notice-added = パスキーを追加しました
passkeys-notice-added-text = 次からこのパスキーでサインインできます。
passkeys-notice-removed = パスキーを削除しました
passkeys-notice-removed-text = お使いの端末に残っている場合は、端末やパスワード管理アプリの設定からも削除してください。
passkeys-notice-renamed = 名前を変更しました

## パスキーの追加

passkey-add-title = パスキーを追加する
passkey-add-lead = 次の画面で、お使いの端末の案内にそって指紋や顔、画面ロックで確認してください。
passkey-add-name = パスキーの名前
passkey-add-name-hint = 見分けるための名前です。空欄にすると、保存先や端末の名前になります
passkey-add-submit = パスキーを作る
passkey-add-back = セキュリティに戻る
passkey-add-failed = パスキーを作れませんでした。すでにこの端末のパスキーがあるか、操作が取り消されました。
passkey-add-wrong = パスキーを追加できませんでした
passkey-add-wrong-text = 時間が経ったか、このパスキーはすでに使われています。もう一度お試しください。
passkey-missing = お使いのブラウザーではパスキーを作れません。パスキーに対応したブラウザーで開き、JavaScript を有効にしてください。

## 一つのパスキー

passkey-provider = 保存先
passkey-provider-unknown = 不明
passkey-where = 保存のしかた
passkey-added-on = 追加した日時
passkey-used-on = 最後の利用
passkey-rename-title = 名前を変更する
passkey-rename-submit = 名前を変更する
passkey-remove-title = 削除する
passkey-remove-text = 削除すると、このパスキーではサインインできなくなります。
passkey-remove-submit = このパスキーを削除する
passkey-remove-last = サインインの方法がこのパスキーしかないため、削除できません。先に、別のパスキーを追加するか、パスワードを決めてください。
passkey-set-password = パスワードを決める

## パスキーのおすすめ

passkey-offer-title = 次からは、パスワードなしでサインインできます
passkey-offer-lead = この端末にパスキーを作ると、指紋や顔、画面ロックだけでサインインできます。いつでも削除できます。
passkey-offer-submit = パスキーを作る
passkey-offer-later = 今はしない
passkey-offer-later-hint = 今はしない場合、30日間はおすすめを表示しません。
